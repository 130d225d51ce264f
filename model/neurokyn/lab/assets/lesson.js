// The Lessons room: a curve drawn with mouse, finger or sliders. The sliders hold the values; the chart follows them.
(function () {
    "use strict";

    const graph = () => document.querySelector("#lesson-chart .js-plotly-plot");
    const inputs = () => [...document.querySelectorAll("#lesson-handles input[type=range]")];
    const open = (plot) => plot && plot.layout && plot.layout.meta && plot.layout.meta.sketch;

    function told(value) {
        return String(Math.round(value * 100) / 100).replace("-", "−");
    }

    /** The chart was hidden when it was drawn, perhaps. */
    function fit() {
        const plot = graph();
        if (!plot || !plot.offsetParent || !plot.layout) {
            return;
        }
        const size = window.innerWidth >= 1700 ? 18 : 13; // of letters: read from the back of a classroom
        if (plot._fullLayout.legend && plot._fullLayout.font.size !== size) {
            const titles = { "xaxis.title.font.size": size, "yaxis.title.font.size": size, "legend.font.size": size };
            window.Plotly.relayout(plot, { "font.size": size, "margin.b": size * 4, "margin.l": size * 5, ...titles });
        }
        window.Plotly.Plots.resize(plot);
    }

    /** The chart and the texts beside the sliders say what the sliders say. */
    function sketch(values) {
        const numbers = (values || []).map(Number);
        for (const [place, input] of inputs().entries()) {
            if (place >= numbers.length) {
                break;
            }
            const label = input.closest("label");
            label.querySelector(".lesson-value").textContent = told(numbers[place]);
            input.setAttribute("aria-valuetext", told(numbers[place]));
        }
        const plot = graph();
        document.querySelector(".lesson-chart").classList.toggle("is-open", Boolean(open(plot)));
        if (open(plot) && numbers.length && plot.data.length) {
            window.Plotly.restyle(plot, { y: [numbers] }, [0]);
        }
        window.setTimeout(fit, 60);
        return numbers;
    }

    /** Where the pointer is, in the data of the chart; nothing outside the axes. */
    function place(plot, event) {
        const { xaxis, yaxis } = plot._fullLayout;
        const box = plot.getBoundingClientRect();
        const x = event.clientX - box.left - xaxis._offset;
        const y = event.clientY - box.top - yaxis._offset;
        const inside = x > -20 && x < xaxis._length + 20 && y > -20 && y < yaxis._length + 20;
        return inside ? { x, value: yaxis.p2d(Math.min(Math.max(y, 0), yaxis._length)) } : null;
    }

    /** The handle nearest to the pointer; the first one is given and stays. */
    function nearest(plot, x) {
        const { xaxis } = plot._fullLayout;
        const away = plot.data[0].x.map((each) => Math.abs(xaxis.d2p(each) - x));
        return away.indexOf(Math.min(...away));
    }

    function draw(event) {
        const plot = graph();
        const at = open(plot) && place(plot, event);
        if (!at) {
            return false;
        }
        const handle = nearest(plot, at.x);
        const input = inputs()[handle];
        if (handle > 0 && input) {
            const step = Number(input.step) || 1;
            const value = Number((Math.round(at.value / step) * step).toFixed(6));
            window.dash_clientside.set_props({ type: "lesson-handle", index: handle }, { value });
        }
        return true;
    }

    let drawing = false;
    document.addEventListener("pointerdown", (event) => {
        if (event.button === 0 && event.target.closest("#lesson-chart") && draw(event)) {
            drawing = true;
            event.preventDefault();
        }
    });
    document.addEventListener("pointermove", (event) => {
        if (drawing) {
            draw(event);
        }
    });
    for (const end of ["pointerup", "pointercancel"]) {
        document.addEventListener(end, () => {
            drawing = false;
        });
    }

    document.addEventListener("click", (event) => {
        if (event.target.closest(".lesson-explore")) {
            window.lab.open("explore"); // the address does the rest
            window.scrollTo(0, 0);
        }
        if (event.target.closest(".lesson-steps button, #lesson-next, #lesson-back, .lesson-opener")) {
            window.setTimeout(() => {
                const question = document.getElementById("lesson-question");
                question.focus({ preventScroll: true });
                question.scrollIntoView({ block: "nearest" });
            }, 150);
        }
    });

    window.dash_clientside = Object.assign({}, window.dash_clientside, { lesson: { sketch } });
})();
