// Draws the picture of Explore: the whole of it when it rests, the run in hand alone while a slider moves.
(function () {
    "use strict";

    const KINDS = { f4: Float32Array, f8: Float64Array };
    const ROOM = 0.15; // of the span, left beyond what no longer fits while a slider moves
    let shape = null; // of the picture drawn: what must be the same for the run in hand to be moved alone
    let first = 0; // the first trace of the run in hand
    let count = 0;

    /** Numbers from the bytes the server sends. */
    function unpacked(packed) {
        const text = atob(packed.bdata);
        const bytes = new Uint8Array(text.length);
        for (let k = 0; k < text.length; k += 1) {
            bytes[k] = text.charCodeAt(k);
        }
        return new KINDS[packed.dtype](bytes.buffer);
    }

    const chart = () => document.getElementById("explore-graph");
    const settings = { displayModeBar: false, doubleClick: false, displaylogo: false };

    async function whole(answer) {
        const { data, layout } = answer.figure;
        for (const trace of data) {
            trace.x = unpacked(trace.x);
            trace.y = unpacked(trace.y);
        }
        await window.Plotly.react(chart(), data, layout, settings);
        shape = answer.shape;
        first = answer.first;
        count = data.length - first;
    }

    /** Whether the run in hand alone can be moved to this answer. */
    const fits = (answer) => answer.shape === shape && answer.traces.length === count;

    async function moved(answer) {
        const graph = chart();
        const data = answer.traces.map((trace) => ({ x: unpacked(trace.x), y: unpacked(trace.y) }));
        const traces = data.map((_, k) => first + k);
        const limits = {};
        answer.reach.forEach(([least, most], k) => {
            const name = `yaxis${k + 2}`;
            const [low, high] = graph.layout[name].range;
            if (least < low || most > high) {
                const [bottom, top] = [Math.min(least, low), Math.max(most, high)];
                const room = ROOM * (top - bottom);
                limits[`${name}.range`] = [least < low ? bottom - room : low, most > high ? top + room : high];
            }
        });
        const still = { transition: { duration: 0 }, frame: { duration: 0, redraw: false }, mode: "immediate" };
        await window.Plotly.animate(graph, { data, traces }, still);
        if (Object.keys(limits).length) {
            await window.Plotly.relayout(graph, limits);
        }
    }

    window.exploreDraw = { chart, whole, moved, fits };
})();
