(() => {
  "use strict";
  // Texts reach the page as text only: nothing here reads markup.
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, attributes, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const dialog = one("#panel");

  // What happened, for who does not see it; a page under an open dialog is silent.
  const say = (text) => {
    const place = dialog && dialog.open ? one("[role=status]", dialog) : one("#said");
    place.textContent = "";
    setTimeout(() => { place.textContent = text; }, 30);
  };

  // Light and dark.
  const root = document.documentElement;
  const themes = ["auto", "light", "dark"];
  const stored = () => { try { return localStorage.getItem("dbtool-theme"); } catch { return null; } };
  const theme = make("button", { type: "button", class: "theme" });
  const wear = (name) => {
    if (name === "auto") delete root.dataset.theme; else root.dataset.theme = name;
    theme.textContent = "Theme: " + name;
    theme.dataset.now = name;
  };
  wear(themes.includes(stored()) ? stored() : "auto");
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(theme.dataset.now) + 1) % themes.length];
    wear(next);
    try { localStorage.setItem("dbtool-theme", next); } catch { /* a page may not be let */ }
  });
  one(".banner .inner").append(theme);

  // Copying.
  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const copy = async (button) => {
    const block = button.closest(".code");
    const text = one("pre", block);
    let isDone = false;
    try {
      await navigator.clipboard.writeText(text.textContent);
      isDone = true;
    } catch {
      select(text);
      try { isDone = document.execCommand("copy"); } catch { isDone = false; }
    }
    const name = block.dataset.copy;
    button.textContent = isDone ? "Copied" : "Selected";
    say(isDone ? `The ${name} is in the clipboard.` : `The ${name} is selected: copy it with Ctrl+C.`);
    setTimeout(() => { button.textContent = "Copy " + name; }, 2000);
  };
  for (const block of all("[data-copy]")) {
    block.prepend(make("button", { type: "button", class: "copy" }, "Copy " + block.dataset.copy));
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button.copy");
    if (button) copy(button);
  });

  // Filters.
  const contains = (element, text) => element.textContent.toLowerCase().includes(text);
  const findings = one("#finding-filter");
  if (findings) {
    const part = findings.parentElement;
    const input = one("input", findings);
    const apply = () => {
      const text = input.value.trim().toLowerCase();
      const wanted = new Set(
        all("[aria-pressed=true]", findings).map((button) => button.dataset.severity));
      let shown = 0;
      // Who looks for something wants to see it.
      for (const fold of all("details.minor", part)) fold.open = true;
      for (const rule of all(".rule", part)) {
        const isWanted = wanted.has(rule.dataset.severity);
        const isNamed = contains(one(".rule-head", rule), text);
        let here = 0;
        for (const finding of all(".finding", rule)) {
          finding.hidden = !(isWanted && (isNamed || contains(finding, text)));
          if (!finding.hidden) here += 1;
        }
        // Findings that are only named: their group stays while it may hold one.
        const isNamedOnly = isWanted && all(".names li", rule).some((item) => contains(item, text));
        rule.hidden = here === 0 && !isNamedOnly && !(isWanted && isNamed);
        shown += here;
      }
      one(".nothing-left", part).hidden = all(".rule", part).some((rule) => !rule.hidden);
      say(`${shown} findings shown`);
    };
    findings.hidden = false;
    input.addEventListener("input", apply);
    for (const button of all("[data-severity]", findings)) {
      button.addEventListener("click", () => {
        button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
        apply();
      });
    }
  }

  // The matrix: each cell becomes a button; one of them is reached by Tab, the others by arrows.
  const matrix = one("#matrix");
  if (matrix) {
    const data = JSON.parse(one("#cells").textContent);
    const word = (place) => data.words[place];
    const operations = all("thead th", matrix).slice(2).map((heading) => heading.textContent);
    const lines = all("tbody tr", matrix);
    const grid = lines.map((line, row) => all(".cell", line).map((cell, column) => {
      const button = make(
        "button", { type: "button", tabindex: "-1", "aria-haspopup": "dialog", "aria-expanded": "false" },
        ...cell.childNodes);
      button.addEventListener("click", () => open(row, column, button));
      button.addEventListener("focus", () => settle(row, column));
      cell.append(button);
      return button;
    }));
    matrix.setAttribute("role", "grid");
    for (const hint of all(".scripted")) hint.hidden = false;
    let here = [0, 0];
    const settle = (row, column) => {
      grid[here[0]][here[1]].tabIndex = -1;
      here = [row, column];
      grid[row][column].tabIndex = 0;
    };
    const go = (row, column) => { grid[row][column].focus(); };
    const reach = (row, step) => {
      let next = row + step;
      while (next >= 0 && next < lines.length && lines[next].hidden) next += step;
      return next >= 0 && next < lines.length ? next : row;
    };
    matrix.addEventListener("keydown", (event) => {
      const [row, column] = here;
      const far = operations.length - 1;
      switch (event.key) {
        case "ArrowUp": go(reach(row, -1), column); break;
        case "ArrowDown": go(reach(row, 1), column); break;
        case "ArrowLeft": go(row, Math.max(0, column - 1)); break;
        case "ArrowRight": go(row, Math.min(far, column + 1)); break;
        case "Home": go(event.ctrlKey ? reach(-1, 1) : row, 0); break;
        case "End": go(event.ctrlKey ? reach(lines.length, -1) : row, far); break;
        default: return;
      }
      event.preventDefault();
    });
    settle(0, 0);

    const bar = one("#table-filter");
    const input = one("input", bar);
    const only = one("[data-only]", bar);
    const apply = () => {
      const text = input.value.trim().toLowerCase();
      const isOnly = only && only.getAttribute("aria-pressed") === "true";
      lines.forEach((line, row) => {
        const name = word(data.rows[row].name).toLowerCase() + " " + line.cells[0].textContent.toLowerCase();
        line.hidden = (isOnly && !line.hasAttribute("data-look")) || !name.includes(text);
      });
      const shown = lines.filter((line) => !line.hidden);
      one(".nothing-left", bar.parentElement).hidden = shown.length > 0;
      if (lines[here[0]].hidden && shown.length) settle(lines.indexOf(shown[0]), here[1]);
      say(`${shown.length} tables shown`);
    };
    bar.hidden = false;
    input.addEventListener("input", apply);
    if (only) only.addEventListener("click", () => {
      only.setAttribute("aria-pressed", only.getAttribute("aria-pressed") !== "true");
      apply();
    });

    const words = {
      isolated: ["good", "✓", "isolated"], leak: ["bad", "✕", "leak"], denied: ["doubt", "⊘", "denied"],
      inconclusive: ["doubt", "?", "inconclusive"], "not-granted": ["plain", "–", "not granted"],
    };
    const badge = (verdict) => {
      const [tone, mark, text] = words[verdict] || ["plain", "–", "not tried"];
      return make("span", { class: "badge " + tone }, make("span", { "aria-hidden": "true" }, mark), " " + text);
    };
    const code = (text) => make("code", {}, text);
    const list = (items) => make("ul", { class: "tried" }, ...items.map((parts) => make("li", {}, ...parts)));

    const open = (row, column, button) => {
      const line = data.rows[row];
      const body = one(".panel-body", dialog);
      const title = one("#panel-title", dialog);
      title.replaceChildren(
        code(word(line.name)), " ", make("span", { class: "operation" }, operations[column]));
      body.replaceChildren(make("p", { class: "why" }, code(word(line.way))));
      if (line.place !== undefined) body.append(make("p", {}, "Made in ", code(word(line.place))));
      if (line.partitions) {
        body.append(make("p", { class: "why" }, "Stands for " + line.partitions.map(word).join(", ")));
      }
      body.append(make("h4", {}, "Verdicts by role"), list(line.roles.map((role) =>
        [badge(word(role[column + 1])), code(word(role[0]))])));
      for (const note of line.notes || []) body.append(make("p", { class: "reason" }, word(note)));
      const probes = data.lists[line.probes[column]].map((place) => data.probes[place])
        .sort((left, right) => left[3] - right[3]);
      body.append(make("h4", {}, "What was tried"));
      if (probes.length) {
        body.append(list(probes.map(([role, attempt, outcome, isGood, count]) => [
          make("span", { class: "badge " + (isGood ? "good" : "bad") }, isGood ? "✓ good" : "✕ bad"),
          make("div", {},
            make("p", {}, word(attempt)),
            make("p", { class: "why" }, word(outcome) + " · as ", code(word(role)), count > 1 ? ` · ${count} times` : "")),
        ])));
      } else {
        body.append(make("p", { class: "none" }, data.isShort ? "Nothing that went wrong." : "Nothing."));
      }
      if (data.isShort) {
        body.append(make("p", { class: "rest" }, "Probes that are as they should be are in the JSON report."));
      }
      const findings = line.findings ? line.findings[column] : [];
      const more = line.more ? line.more[column] : 0;
      if (findings.length + more) body.append(make("h4", {}, "Findings"));
      for (const number of findings) {
        const finding = one("#finding-" + number).cloneNode(true);
        finding.removeAttribute("id");
        finding.hidden = false;
        for (const fold of all("details", finding)) fold.open = true;
        for (const copied of all(".copy", finding)) copied.textContent = "Copy " + copied.parentElement.dataset.copy;
        body.append(finding);
      }
      if (more) body.append(make("p", { class: "rest" }, `${more} more: the JSON report has all of them.`));
      button.setAttribute("aria-expanded", "true");
      dialog.onclose = () => {
        button.setAttribute("aria-expanded", "false");
        button.focus();
      };
      dialog.showModal();
      dialog.scrollTop = 0;
      title.focus();
    };
    one(".close", dialog).addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  // On paper nothing is folded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded) fold.open = false;
    folded = [];
  });
})();
