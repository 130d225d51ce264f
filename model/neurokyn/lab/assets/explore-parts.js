// Parts of Explore that are made anew for each picture: the list of pinned runs, and the picture as a table.
(function () {
    "use strict";

    function made(tag, properties = {}, ...children) {
        const element = Object.assign(document.createElement(tag), properties);
        element.append(...children);
        return element;
    }

    /** A short piece of a line, as it looks in the picture. */
    function sign(look) {
        const element = made("span", { className: "sign" });
        const dashed = look && look.dash && look.dash !== "solid";
        element.style.borderTop = `3px ${dashed ? "dashed" : "solid"} ${look ? look.color : "gray"}`;
        return element;
    }

    function button(label, more, name, act) {
        const element = made("button", { type: "button", textContent: label, title: more, onclick: act });
        element.setAttribute("aria-label", `${more}: ${name}`);
        return element;
    }

    /** One pinned run: its look, its name to be changed, and what can be done with it. */
    function item(one, k, look, acts) {
        const name = made("input", { type: "text", value: one.name, maxLength: 60 });
        name.dataset.pin = `name-${k}`;
        name.setAttribute("aria-label", `Name of pinned run ${k + 1}`);
        name.addEventListener("change", () => {
            one.name = name.value.trim() || one.name;
            acts.rename();
        });
        return made(
            "li", {}, sign(look), name,
            button("Use", "Put the controls as in this run", one.name, () => acts.use(one)),
            button("✕", "Remove this pinned run", one.name, () => acts.remove(k)),
        );
    }

    function listPins(place, pins, looks, acts) {
        const focused = document.activeElement && document.activeElement.dataset.pin;
        const typed = focused && document.activeElement.value; // a name half typed is not lost
        const list = made("ul", {}, ...pins.map((one, k) => item(one, k, looks[k], acts)));
        place.replaceChildren(...(pins.length ? [made("h2", { textContent: "Pinned runs" }), list] : []));
        const again = focused && document.querySelector(`[data-pin="${focused}"]`);
        if (again) {
            again.value = typed;
            again.focus();
        }
    }

    function table(place, { heads, rows }) {
        const head = made("tr", {}, ...heads.map((text) => made("th", { textContent: text, scope: "col" })));
        const body = rows.map(([first, ...others]) =>
            made(
                "tr", {}, made("th", { textContent: first, scope: "row" }),
                ...others.map((text) => made("td", { textContent: text })),
            ),
        );
        place.replaceChildren(made("table", {}, made("thead", {}, head), made("tbody", {}, ...body)));
    }

    window.exploreParts = { listPins, table };
})();
