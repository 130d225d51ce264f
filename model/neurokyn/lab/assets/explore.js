// The room Explore: what the controls say, what is asked of the server, pinned runs, undo, links and files.
(function () {
    "use strict";

    const SETTLES = 220; // ms after the last move until the whole picture is drawn
    const CALENDAR = Date.UTC(2001, 0, 1, 7); // t = 0 in a window
    const HOUR = 3.6e6;
    const WEEK = 168;
    const SPANS = { month: 4 * WEEK, week: WEEK, day: 24 };

    let defaults = null; // of every control
    let beginning = null; // where the page began
    let state = null;
    let pins = [];
    let view = null; // [start, stop] in h, or null for the whole course
    let panels = [];
    let bouts = [];
    let past = [];
    let future = [];
    let remembered = null;
    let version = 0;
    let drawn = 0;
    let resting = true; // whether the next question is for the whole picture
    let busy = false;
    let timer = 0;
    let began = false;

    const $ = (name) => document.getElementById(`explore-${name}`);
    const rows = () => [...document.querySelectorAll(".explore .control")];
    const say = (text) => {
        $("message").textContent = text;
    };
    const copy = (value) => JSON.parse(JSON.stringify(value));
    const width = () => Math.floor($("chart").clientWidth / 10) * 10;

    const height = () => Math.round(window.innerHeight - $("chart").getBoundingClientRect().top - window.scrollY - 12);

    async function post(path, body) {
        const reply = await fetch(path, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(body),
        }).catch(() => {
            throw new Error(
                "The server does not answer. Start “neurokyn lab” again, then move a control: nothing here is lost.",
            );
        });
        if (reply.ok) {
            return reply;
        }
        const told = await reply.json().catch(() => ({}));
        throw new Error(told.error || `The server could not answer (${reply.status}).`);
    }

    let askedWidth = 0;

    function question(moving) {
        askedWidth = width();
        return { state, pins, panels, window: view, theme: window.lab.theme(), width: askedWidth, height: height(), moving };
    }

    // --- asking and drawing: one question at a time, always the latest ---

    function want(moving) {
        version += 1;
        resting = resting || !moving;
        stopTimer();
        if (!busy) {
            pump();
        }
    }

    function stopTimer() {
        clearTimeout(timer);
        timer = 0;
    }

    async function pump() {
        busy = true;
        $("root").setAttribute("aria-busy", "true");
        while (drawn !== version && width() > 0) {
            const asked = version;
            const whole = resting;
            resting = false;
            try {
                const answer = await (await post("explore/ask", question(!whole))).json();
                if (whole) {
                    await window.exploreDraw.whole(answer);
                    settled(answer);
                } else if (window.exploreDraw.fits(answer)) {
                    await window.exploreDraw.moved(answer);
                    stopTimer();
                    timer = setTimeout(() => want(false), SETTLES);
                } else if (version === asked) {
                    want(false);
                    continue;
                }
                tell(answer);
                document.dispatchEvent(new CustomEvent("explore-drawn", { detail: { whole, asked } }));
            } catch (problem) {
                say(problem.message);
            }
            drawn = asked;
        }
        busy = false;
        $("root").removeAttribute("aria-busy");
    }

    /** What every answer says: how long it took, and where sliders that were left alone stand. */
    function tell(answer) {
        say(answer.notes.join(" "));
        $("timing").textContent = answer.total_ms
            ? `computed in ${answer.total_ms.toFixed(0)} ms, solver ${answer.solver_ms.toFixed(0)} ms`
            : "known from before";
        for (const [field, value] of Object.entries(answer.start)) {
            if (state[field] === null) {
                place(field, value);
            }
        }
    }

    function settled(answer) {
        bouts = answer.bouts;
        currentName = answer.name;
        $("summary").textContent = answer.summary;
        window.exploreParts.table($("table"), answer.table);
        listPins(answer.looks);
        history.replaceState(null, "", `${location.pathname}#${answer.link}`);
        const snapshot = JSON.stringify({ state, pins });
        if (remembered !== null && remembered !== snapshot) {
            past.push(remembered);
            future = [];
        }
        remembered = snapshot;
        buttons();
        window.dash_clientside.set_props("state", { data: copy(state) });
        window.dash_clientside.set_props("pins", { data: copy(pins) });
    }

    // --- controls ---

    const steps = (input) => {
        const step = Number(input.step) || 1;
        return Math.max(0, Math.min(2, (String(step).split(".")[1] || "").length));
    };

    /** Show a value; sliders are React's, so they are told through Dash. */
    function place(field, value) {
        const box = $(field);
        if (box.tagName === "SELECT") {
            box.value = value;
            return;
        }
        const shown = Number(Number(value).toFixed(steps(box)));
        if (Number(box.value) !== shown) {
            window.dash_clientside.set_props(box.id, { value: shown });
        }
        write(field, shown);
    }

    function write(field, value) {
        const row = $(`${field}-row`);
        const none = row.dataset.none === "True" && Number(value) === 0;
        const text = none ? "none" : `${Number(value).toFixed(steps($(field)))} ${row.dataset.unit}`;
        $(`${field}-said`).textContent = text;
        $(field).setAttribute("aria-valuetext", text);
        row.classList.toggle("moved", state[field] !== null && $(`${field}-own`) !== null);
    }

    /** All controls as the state says, and only those that say something now. */
    function sync() {
        const dose = limits[state.drug] || { most: 20, step: 1 };
        window.dash_clientside.set_props("explore-dose", { max: dose.most, step: dose.step });
        Object.assign($("dose"), { max: dose.most, step: dose.step });
        for (const row of rows()) {
            const field = row.dataset.field;
            if (state[field] !== null) {
                place(field, state[field]);
            } else {
                row.classList.remove("moved");
            }
        }
        for (const field of ["dose", "missed"]) {
            $(`${field}-row`).hidden = !state.drug;
        }
        for (const field of ["minutes", "intensity", "days"]) {
            $(`${field}-row`).hidden = !state.mode;
        }
        buttons();
    }

    let limits = {};
    let intensities = {};

    function choose(field, value) {
        state[field] = value;
        if (field === "drug" && value) {
            state.dose = limits[value].usual;
        }
        if (field === "mode" && value) {
            state.intensity = intensities[value];
        }
        if (field === "phenotype") {
            for (const own of ["severity", "crp", "stress", "fitness", "cyp2c19"]) {
                state[own] = null;
            }
        }
        if (field === "weeks" || field === "phenotype") {
            clip();
        }
        sync();
        want(false);
    }

    function clip() {
        if (view && view[1] > state.weeks * WEEK) {
            view = null;
        }
    }

    document.addEventListener("input", (event) => {
        const row = event.target.closest(".explore .control");
        if (!row || !state || event.target.type !== "range") {
            return;
        }
        state[row.dataset.field] = Number(event.target.value);
        write(row.dataset.field, event.target.value);
        clip();
        want(true);
    });

    document.addEventListener("change", (event) => {
        const row = event.target.closest(".explore .control");
        if (row && state && event.target.tagName === "SELECT") {
            choose(row.dataset.field, event.target.value);
        }
    });

    for (const kind of ["pointerover", "focusin"]) {
        document.addEventListener(kind, (event) => {
            const row = event.target.closest && event.target.closest(".explore .control");
            if (row && row.dataset.help) {
                $("help").textContent = `${row.querySelector("label").textContent}: ${row.dataset.help}`;
            }
        });
    }

    // --- pinned runs ---

    function pin() {
        if (pins.length >= mostPins) {
            say(`${mostPins} runs are pinned already; remove one first.`);
            return;
        }
        pins.push({ name: currentName, state: copy(state) });
        want(false);
    }

    let mostPins = 6;
    let currentName = "";

    const listPins = (looks) =>
        window.exploreParts.listPins($("pins"), pins, looks, {
            rename: () => want(false),
            use: (one) => put({ state: { ...defaults, ...one.state }, pins }),
            remove: (k) => {
                pins.splice(k, 1);
                want(false);
            },
        });

    // --- undo, reset, links, files ---

    function put(snapshot) {
        state = { ...defaults, ...copy(snapshot.state) };
        pins = copy(snapshot.pins);
        clip();
        sync();
        want(false);
    }

    function step(from, to) {
        if (!from.length) {
            return;
        }
        to.push(remembered);
        remembered = from.pop();
        put(JSON.parse(remembered));
    }

    function buttons() {
        $("undo").disabled = !past.length;
        $("redo").disabled = !future.length;
        for (const name of ["whole", "month", "week", "day", "bout"]) {
            const span = view ? view[1] - view[0] : 0;
            const on = name === "whole" ? !view : name === "bout" ? span > 0 && span < 24 : span === SPANS[name];
            $(`zoom-${name}`).setAttribute("aria-pressed", String(on));
        }
        $("zoom-month").disabled = state.weeks * WEEK <= SPANS.month;
        $("zoom-bout").disabled = !bouts.length;
        $("earlier").disabled = !view || view[0] <= 0;
        $("later").disabled = !view || view[1] >= state.weeks * WEEK;
    }

    async function copyLink() {
        try {
            await navigator.clipboard.writeText(location.href);
            say("The link is copied; whoever opens it on a computer with neurokyn sees the same.");
        } catch {
            say(`Copy this link: ${location.href}`);
        }
    }

    async function takeHome(kind) {
        const name = `neurokyn-lab.${kind}`;
        try {
            if (kind === "png" || kind === "svg") {
                const { width: w, height: h } = window.exploreDraw.chart().layout;
                const picture = { format: kind, width: w, height: h, scale: 2, filename: "neurokyn-lab" };
                await window.Plotly.downloadImage(window.exploreDraw.chart(), picture);
            } else {
                const file = await (await post(`explore/file/${kind}`, question(false))).blob();
                const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
                link.click();
                setTimeout(() => URL.revokeObjectURL(link.href), 1000);
            }
            say(`${name} is downloaded.`);
        } catch (problem) {
            say(problem.message);
        }
    }

    // --- zoom ---

    function zoom(name) {
        const whole = state.weeks * WEEK;
        const middle = view ? (view[0] + view[1]) / 2 : whole / 2;
        if (name === "whole") {
            see(null);
        } else if (name === "bout") {
            const near = bouts.reduce((a, b) => (Math.abs(b[0] - middle) < Math.abs(a[0] - middle) ? b : a));
            see([near[0] - 1, near[1] + 5]);
        } else {
            const span = SPANS[name];
            const start = Math.floor((middle - span / 2) / 24) * 24;
            see([start, start + span]);
        }
    }

    function see(window_) {
        const whole = state.weeks * WEEK;
        if (window_) {
            const span = Math.min(window_[1] - window_[0], whole);
            const start = Math.min(Math.max(window_[0], 0), whole - span);
            view = span >= whole ? null : [start, start + span];
        } else {
            view = null;
        }
        buttons();
        want(false);
    }

    function shift(way) {
        const span = view[1] - view[0];
        if (span < 24 && bouts.length) {
            const others = bouts.filter((bout) => (bout[0] - 1 - view[0]) * way > 0.01);
            const next = way > 0 ? others[0] : others[others.length - 1];
            if (next) {
                see([next[0] - 1, next[0] - 1 + span]);
                return;
            }
        }
        see([view[0] + way * span, view[1] + way * span]);
    }

    const hours = (value, calendar) =>
        calendar ? (Date.parse(`${String(value).replace(" ", "T")}Z`) - CALENDAR) / HOUR : Number(value) * WEEK;

    function relayout(change) {
        const key = Object.keys(change).find((name) => /^xaxis\d*\.range\[0\]$/.test(name));
        if (!key) {
            return;
        }
        const calendar = window.exploreDraw.chart().layout.xaxis2.type === "date";
        const ends = [change[key], change[key.replace("[0]", "[1]")]].map((value) => hours(value, calendar));
        see(ends.sort((a, b) => a - b));
    }

    // --- buttons and keys ---

    const acts = {
        pin,
        undo: () => step(past, future),
        redo: () => step(future, past),
        reset: () => {
            view = null;
            put(beginning);
        },
        link: copyLink,
        earlier: () => shift(-1),
        later: () => shift(1),
    };

    document.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button || !state || !button.id.startsWith("explore-")) {
            for (const open of document.querySelectorAll(".explore .drop[open]")) {
                open.open = open.contains(event.target);
            }
            return;
        }
        const name = button.id.slice("explore-".length);
        if (name in acts) {
            acts[name]();
        } else if (name.startsWith("zoom-")) {
            zoom(name.slice(5));
        } else if (name.startsWith("file-")) {
            button.closest("details").open = false;
            takeHome(name.slice(5));
        } else if (name.endsWith("-own")) {
            state[name.slice(0, -4)] = null;
            sync();
            want(false);
        }
    });

    document.addEventListener("keydown", (event) => {
        if (!state || $("root").closest("[hidden]") || !(event.ctrlKey || event.metaKey) || event.target.type === "text") {
            if (event.key === "Escape") {
                for (const open of document.querySelectorAll(".explore .drop[open]")) {
                    open.open = false;
                    open.querySelector("summary").focus();
                }
            }
            return;
        }
        const act = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
        if (act) {
            event.preventDefault();
            acts[act]();
        }
    });

    // --- beginning, and following what other rooms put into the stores ---

    async function begin() {
        const graph = window.exploreDraw.chart();
        await window.Plotly.newPlot(graph, []);
        graph.on("plotly_relayout", relayout);
        graph.on("plotly_doubleclick", () => see(null));
        new ResizeObserver(() => {
            if (state && width() > 0 && width() !== askedWidth) {
                want(false);
            }
        }).observe($("chart"));
        window.addEventListener("hashchange", openLink);
        openLink();
    }

    async function openLink() {
        try {
            const answer = await (await post("explore/open", { link: location.hash })).json();
            ({ defaults, limits, intensities, most_pins: mostPins } = answer);
            beginning = { state: { ...defaults, ...answer.beginning.state }, pins: answer.beginning.pins };
            put(answer.given ? answer : beginning);
            window.lab.say(answer.problems.length ? `The link was mended: ${answer.problems.join("; ")}.` : "");
        } catch (problem) {
            say(problem.message);
        }
    }

    let looked = "";

    function follow(newState, newPins, theme, ...chosen) {
        panels = chosen.flat();
        const looks = JSON.stringify([theme, panels]);
        if (!began) {
            began = true;
            begin();
        } else if (state && looks !== looked) {
            want(false);
        }
        looked = looks;
        const asked = Object.keys(newState || {}).length + (newPins || []).length;
        const other = { state: { ...defaults, ...newState }, pins: newPins };
        if (state && asked && JSON.stringify(other) !== remembered) {
            put(other);
        }
        return window.dash_clientside.no_update;
    }

    /** Whether everything asked for is drawn and nothing more is due. */
    const isResting = () => Boolean(state) && !busy && drawn === version && timer === 0;

    window.explore = { resting: isResting };
    window.dash_clientside = Object.assign({}, window.dash_clientside, { explore: { follow } });
})();
