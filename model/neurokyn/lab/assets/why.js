// The room Why: diagrams put into the page, lines as wide as their day says, systems chosen by hand or by key.
(function () {
    "use strict";

    const SETTLES = 250; // ms after the slider's last move until the tables follow
    const HEAD = [9, 0.9]; // of an arrowhead: its size on a thin line, and more for each px of width
    const SMALLEST = 0.62; // of its full size
    let drawn = null;
    let timer = 0;

    const $ = (name) => document.getElementById(`why-${name}`);
    const set = (name, values) => window.dash_clientside.set_props(`why-${name}`, values);

    function inject(place, svg) {
        if (place.dataset.svg !== svg) {
            place.innerHTML = svg; // made by the server from the model's own names
            place.dataset.svg = svg;
            const whole = place.querySelector("svg");
            if (whole) {
                whole.style.minWidth = `${SMALLEST * whole.viewBox.baseVal.width}px`; // letters stay legible; it scrolls
            }
        }
    }

    function size(width) {
        return HEAD[0] + HEAD[1] * width;
    }

    function widen(line, width) {
        const [path, end] = [line.querySelector("path"), line.querySelector(".head, .bar, .ring")];
        const drawnAt = parseFloat(path.dataset.width || path.getAttribute("stroke-width"));
        const [x, y] = line.dataset.tip.split(" ");
        const scale = Math.max(size(width) / size(drawnAt), 0.85);
        path.dataset.width = drawnAt;
        path.setAttribute("stroke-width", width);
        end.setAttribute("transform", `translate(${x} ${y}) scale(${scale.toFixed(3)}) translate(${-x} ${-y})`);
    }

    function able(place) {
        const svg = place.querySelector("svg");
        svg.setAttribute("role", "group");
        for (const node of svg.querySelectorAll(".node")) {
            const title = node.querySelector("title").textContent;
            node.setAttribute("role", "button");
            node.setAttribute("tabindex", "0");
            node.setAttribute("aria-label", `${title}: show its states and fluxes`);
        }
    }

    function choose(place, system) {
        place.classList.toggle("chosen", Boolean(system));
        for (const node of place.querySelectorAll(".node")) {
            const mine = node.dataset.node === system;
            node.classList.toggle("mine", mine);
            node.setAttribute("aria-pressed", String(mine));
        }
        for (const line of place.querySelectorAll(".line[data-line]")) {
            line.classList.toggle("mine", line.dataset.line.split(">").includes(system));
        }
    }

    /** The diagram as it is on a day; the tables follow when the slider rests. */
    function draw(data, day, mode, system) {
        const place = $("diagram");
        if (!data) {
            return "";
        }
        if (data !== drawn) {
            inject(place, data.svg);
            able(place);
            drawn = data;
        }
        const at = Math.min(Math.max(Number(day) || 1, 1), data.days);
        for (const line of place.querySelectorAll(".line[data-line]")) {
            const widths = data.widths[mode][line.dataset.line];
            if (widths) {
                widen(line, widths[at - 1]);
            }
        }
        choose(place, system);
        clearTimeout(timer);
        timer = setTimeout(() => set("settled", { data: at }), SETTLES);
        return `Day ${at} of ${data.days}: week ${Math.floor((at - 1) / 7) + 1}, day ${((at - 1) % 7) + 1}`;
    }

    /** What is asked has changed: look again, if anybody is here to see it. */
    function changed() {
        const room = document.getElementById("room-why");
        return room && !room.hidden ? Date.now() : window.dash_clientside.no_update;
    }

    /** The states of the chosen system. */
    function states(svg) {
        inject($("states"), svg || "");
        return window.dash_clientside.no_update;
    }

    function pick(event) {
        const node = event.target.closest && event.target.closest("#why-diagram .node");
        if (node) {
            event.preventDefault();
            set("system", { value: node.classList.contains("mine") ? "" : node.dataset.node });
        }
    }

    document.addEventListener("click", pick);
    document.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
            pick(event);
        }
    });

    // Nothing is computed while the room is closed: it asks when it is opened.
    function watch() {
        const room = document.getElementById("room-why");
        if (!room || !window.dash_clientside.set_props) {
            setTimeout(watch, 100);
            return;
        }
        const look = () => room.hidden || set("open", { data: Date.now() });
        new MutationObserver(look).observe(room, { attributes: true, attributeFilter: ["hidden"] });
        look();
    }
    watch();

    window.dash_clientside = Object.assign({}, window.dash_clientside, { why: { changed, draw, states } });
})();
