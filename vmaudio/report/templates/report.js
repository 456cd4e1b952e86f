"use strict";
(() => {
  const num = (text) => (text === undefined || text === "" ? NaN : Number(text));

  // One message: the player, its words, the cursor in the picture.
  for (const article of document.querySelectorAll(".message, .clip")) {
    const audio = article.querySelector("audio");
    const words = [...article.querySelectorAll(".w")];
    const box = article.querySelector(".transcript");
    const svg = article.querySelector("svg.p-message");
    const cursor = svg && svg.querySelector(".p-cursor");
    let stopAt = NaN, now = -1, here = -1, wanted = null;

    // On a narrow screen the picture begins with the message, and not with a greeting before it.
    if (svg && words.length) {
      const second = num(words[0].dataset.start), scale = svg.clientWidth / svg.viewBox.baseVal.width;
      const x = (num(svg.dataset.x0) + second * num(svg.dataset.perS)) * scale;
      if (x > svg.parentElement.clientWidth / 2) svg.parentElement.scrollLeft = x - 24;
    }

    const show = (second) => {
      if (cursor) {
        const x = Number(svg.dataset.x0) + second * Number(svg.dataset.perS);
        cursor.setAttribute("x1", x);
        cursor.setAttribute("x2", x);
        cursor.classList.add("on");
      }
      let at = -1;
      for (let i = 0; i < words.length && num(words[i].dataset.start) <= second + 0.02; i += 1) at = i;
      if (at !== now) {
        if (now >= 0) words[now].classList.remove("now");
        if (at >= 0) words[at].classList.add("now");
        now = at;
      }
    };
    const tick = () => {
      show(audio.currentTime);
      if (audio.currentTime >= stopAt) { stopAt = NaN; audio.pause(); }
      if (!audio.paused) requestAnimationFrame(tick);
    };
    const play = (start, end) => {
      show(start);
      if (!audio) return;
      stopAt = num(end) > start ? num(end) + 0.3 : NaN;
      const go = () => { audio.currentTime = Math.max(0, start - 0.06); audio.play().catch(() => {}); };
      if (audio.readyState >= 1) { go(); return; }
      if (!wanted) audio.load(); // once: Chromium never plays after several loads at a time
      wanted = go;
    };
    if (audio) {
      audio.addEventListener("play", () => {
        for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
        requestAnimationFrame(tick);
      });
      audio.addEventListener("seeked", () => show(audio.currentTime));
      audio.addEventListener("loadedmetadata", () => { if (wanted) wanted(); wanted = null; });
      audio.addEventListener("error", () => {
        wanted = null;
        if (article.querySelector(".no-sound")) return;
        const note = document.createElement("p");
        note.className = "soft no-sound";
        // Firefox plays on without a device for sound and calls that an error of the recording
        const mute = /sink/i.test(audio.error && audio.error.message);
        note.textContent = mute ? "Nothing is heard: this computer has no sound output, or another program holds it."
          : "The recording cannot be played here: it was moved, or this browser cannot play its format.";
        audio.after(note);
      });
    }
    article.addEventListener("click", (event) => {
      const button = event.target.closest(".seek, .sw[data-start]");
      if (button) { play(num(button.dataset.start), button.dataset.end); return; }
      const word = event.target.closest(".w");
      if (word) { here = words.indexOf(word); play(num(word.dataset.start)); return; }
      if (svg && event.target.closest("svg.p-message") === svg) {
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        const second = (point.x - Number(svg.dataset.x0)) / Number(svg.dataset.perS);
        if (second >= 0) play(second);
      }
    });
    if (box) {
      box.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) {
          if (here >= 0) words[here].classList.remove("here");
          here = Math.min(words.length - 1, Math.max(0, here + step));
          words[here].classList.add("here");
          show(num(words[here].dataset.start));
        } else if ((event.key === "Enter" || event.key === " ") && here >= 0) {
          play(num(words[here].dataset.start));
        } else return;
        event.preventDefault();
      });
      box.addEventListener("blur", () => { if (here >= 0) words[here].classList.remove("here"); });
    }
  }

  // Pictures: saved as SVG, with the colours that are seen, or as PNG at twice the size.
  const standalone = (svg) => {
    const copy = svg.cloneNode(true), box = svg.viewBox.baseVal, margin = 16;
    const [wide, high] = [box.width + 2 * margin, box.height + 2 * margin];
    const shown = getComputedStyle(document.documentElement);
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
      .filter((rule) => rule.selectorText && /^\.p(?![-\w])/.test(rule.selectorText)).map((rule) => rule.cssText).join("\n");
    const style = document.createElementNS(copy.namespaceURI, "style");
    style.textContent = rules.replace(/var\((--[\w-]+)\)/g, (_, name) => shown.getPropertyValue(name).trim());
    const paper = document.createElementNS(copy.namespaceURI, "rect");
    const place = { x: box.x - margin, y: box.y - margin, width: wide, height: high };
    for (const [name, value] of Object.entries(place)) paper.setAttribute(name, value);
    paper.setAttribute("fill", shown.getPropertyValue("--paper").trim());
    copy.prepend(style, paper);
    copy.setAttribute("viewBox", `${place.x} ${place.y} ${wide} ${high}`);
    copy.setAttribute("width", wide);
    copy.setAttribute("height", high);
    copy.setAttribute("xmlns", copy.namespaceURI);
    return [new XMLSerializer().serializeToString(copy), wide, high];
  };
  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const asPng = (svg, name) => {
    const [text, wide, high] = standalone(svg), image = new Image(), canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * wide, 2 * high];
    image.addEventListener("load", () => {
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");
    });
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  };
  for (const figure of document.querySelectorAll("figure[data-name]")) {
    const svg = figure.querySelector("svg.p"), fold = figure.querySelector("details"), bar = document.createElement("p");
    if (!svg || !fold) continue;
    bar.className = "save";
    for (const kind of ["SVG", "PNG"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `Save picture as ${kind}`;
      button.addEventListener("click", () => {
        if (kind === "PNG") asPng(svg, figure.dataset.name);
        else save(new Blob([standalone(svg)[0]], { type: "image/svg+xml" }), `${figure.dataset.name}.svg`);
      });
      bar.append(button);
    }
    fold.append(bar);
  }

  // On paper everything is unfolded that would be missed there.
  const folded = () => document.querySelectorAll("details.printed:not([open])");
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = [...folded()];
    for (const one of unfolded) one.open = true;
  });
  window.addEventListener("afterprint", () => { for (const one of unfolded) one.open = false; });

  // Tables: a click on a column's name sorts by it; unknown values stay at the end.
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.textContent.trim() || head.classList.contains("bar-head")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => {
          const cell = row.cells[column];
          const text = cell.dataset.sort === undefined ? cell.textContent.trim() : cell.dataset.sort;
          return text === "" || text === "–" ? null : text;
        };
        const rows = [...body.rows].map((row) => [value(row), row]);
        rows.sort(([a], [b]) => {
          if (a === null || b === null) return (a === null) - (b === null);
          const [x, y] = [Number(a), Number(b)];
          const order = Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
          return down ? -order : order;
        });
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  // The table of all messages: a field that keeps the rows with all the words typed.
  document.querySelectorAll("table.filterable").forEach((table, i) => {
    const place = table.closest(".scroll"), bar = document.createElement("p");
    const label = document.createElement("label"), input = document.createElement("input"), count = document.createElement("span");
    bar.className = "filter";
    label.textContent = "Find";
    input.type = "search";
    input.id = `find-${i}`;
    label.htmlFor = input.id;
    count.className = "soft";
    count.setAttribute("role", "status");
    bar.append(label, input, count);
    place.before(bar);
    const rows = [...table.tBodies[0].rows].map((row) => [row.textContent.toLowerCase(), row]);
    const find = () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const [text, row] of rows) {
        row.hidden = !wanted.every((word) => text.includes(word));
        shown += !row.hidden;
      }
      count.textContent = `${shown} of ${rows.length} ${table.dataset.noun || "rows"}`;
    };
    input.addEventListener("input", find);
    find();
  });
})();
