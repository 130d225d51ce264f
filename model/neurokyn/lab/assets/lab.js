// The shell of the page: tabs, theme, messages, and small things that every room may use (window.lab).
(function () {
    "use strict";

    const root = document.documentElement;
    const remembered = () => {
        try {
            return localStorage.getItem("neurokyn-theme");
        } catch {
            return null; // storage may be switched off
        }
    };
    const wanted = () =>
        remembered() || (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

    function wear(theme) {
        root.dataset.theme = theme;
        const button = document.getElementById("theme-switch");
        if (button) {
            button.textContent = theme === "dark" ? "Light" : "Dark";
        }
        return theme;
    }

    function paint(clicks) {
        if (!clicks) {
            return wear(wanted());
        }
        const theme = root.dataset.theme === "dark" ? "light" : "dark";
        try {
            localStorage.setItem("neurokyn-theme", theme);
        } catch {
            // the choice lasts as long as the page, then
        }
        return wear(theme);
    }

    function open(tab) {
        for (const other of document.querySelectorAll('[role="tab"]')) {
            const chosen = other === tab;
            other.setAttribute("aria-selected", String(chosen));
            other.tabIndex = chosen ? 0 : -1;
            document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
        }
        window.dispatchEvent(new Event("resize")); // what was drawn while hidden has no size yet
    }

    document.addEventListener("click", (event) => {
        const tab = event.target.closest('[role="tab"]');
        if (tab) {
            open(tab);
        }
    });

    document.addEventListener("keydown", (event) => {
        const tab = event.target.closest && event.target.closest('[role="tab"]');
        const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
        if (!tab || !(event.key in steps)) {
            return;
        }
        event.preventDefault();
        const tabs = [...document.querySelectorAll('[role="tab"]')];
        const place = tabs.indexOf(tab) + steps[event.key];
        const next = tabs[Number.isFinite(place) ? (place + tabs.length) % tabs.length : place < 0 ? 0 : tabs.length - 1];
        open(next);
        next.focus();
    });

    wear(wanted());

    window.lab = {
        /** Show the tab of a room: "explore", "why", "trial" or "lessons". */
        open(name) {
            const tab = document.getElementById(`tab-${name}`);
            if (tab) {
                open(tab);
            }
        },
        /** A sentence in the message bar; an empty one clears it. */
        say(text) {
            document.getElementById("message").textContent = text;
        },
        theme: () => root.dataset.theme,
    };

    window.dash_clientside = Object.assign({}, window.dash_clientside, { shell: { paint } });
})();
