// The pictures of the Trial room as files, made in the browser.
(function () {
    "use strict";

    function picture(...given) {
        const { no_update, callback_context } = window.dash_clientside;
        const asked = callback_context.triggered[0].prop_id.split(".")[0].replace("trial-", "");
        const which = asked.startsWith("widths") ? "widths" : "forest";
        const graph = document.querySelector(`#trial-${which} .js-plotly-plot`);
        if (graph && graph.data) {
            const format = asked.endsWith("svg") ? "svg" : "png";
            const size = { width: Math.max(graph.clientWidth, 700), height: graph.clientHeight, scale: 2 };
            window.Plotly.downloadImage(graph, { format, filename: `${given[given.length - 1]}-${which}`, ...size });
        }
        return no_update;
    }

    // Larger letters where the page is on a projector.
    function letters() {
        return window.innerWidth >= 1700 ? 18 : 13;
    }

    window.dash_clientside = Object.assign({}, window.dash_clientside, { trial: { picture, letters } });
})();
