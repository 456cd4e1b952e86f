"use strict";
// The library: cutting a clip by clicking words or the picture, and playlists that play on by themselves.
(() => {
  const num = (text) => (text ? Number(text) : NaN);
  const asSeconds = (text) => {
    const found = /^(?:(\d+):)?(\d+(?:[.,]\d+)?)$/.exec(text.trim());
    return found ? 60 * Number(found[1] || 0) + Number(found[2].replace(",", ".")) : NaN;
  };

  // Clip: a click on a word or the picture sets where it starts, the next one where it ends.
  const fold = document.getElementById("library");
  const form = fold && fold.querySelector(".clip-form");
  if (form) {
    const article = fold.closest(".message");
    const from = form.elements.start_s, to = form.elements.end_s;
    const status = form.querySelector("[role=status]"), hear = form.querySelector(".seek");
    const words = [...article.querySelectorAll(".w")], svg = article.querySelector("svg.p-message");
    let next = from;

    const show = () => {
      const [start, end] = [asSeconds(from.value), asSeconds(to.value)];
      const whole = end > start;
      for (const word of words) {
        const middle = (num(word.dataset.start) + num(word.dataset.end)) / 2;
        word.classList.toggle("cut", fold.open && whole && middle >= start && middle <= end);
      }
      if (hear) {
        hear.disabled = !whole;
        hear.dataset.start = whole ? start : 0;
        hear.dataset.end = whole ? end : "";
      }
      if (whole) status.textContent = `${(end - start).toFixed(1)} s are chosen.`;
      else if (from.value && to.value) status.textContent = "The clip must end after it starts.";
      else status.textContent = from.value ? "Now click the last word." : "Click the first word of the clip above, or type seconds.";
    };
    const take = (start, end) => {
      if (!fold.open) return;
      if (next === to && !(end > asSeconds(from.value))) next = from;
      if (next === from) {
        from.value = start.toFixed(2);
        to.value = "";
        next = to;
      } else {
        to.value = end.toFixed(2);
        next = from;
      }
      show();
    };
    article.addEventListener("click", (event) => {
      const word = event.target.closest(".w");
      if (word) { take(num(word.dataset.start), num(word.dataset.end)); return; }
      if (svg && event.target.closest("svg.p-message") === svg) {
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        const second = (point.x - Number(svg.dataset.x0)) / Number(svg.dataset.perS);
        if (second >= 0) take(second, second);
      }
    });
    article.addEventListener("keydown", (event) => {
      const word = event.target.matches(".transcript") && (event.key === "Enter" || event.key === " ")
        && event.target.querySelector(".w.here");
      if (word) take(num(word.dataset.start), num(word.dataset.end));
    });
    for (const field of [from, to]) {
      field.addEventListener("focus", () => { next = field; });
      field.addEventListener("input", show);
    }
    fold.addEventListener("toggle", show);
    if (location.hash === "#library") fold.open = true;
    show();
  }

  // Playlist: when a clip ends the next one begins.
  const list = document.getElementById("playlist");
  if (list) {
    const tracks = [...list.querySelectorAll(".piece")].filter((track) => track.querySelector("audio"));
    const all = document.getElementById("play-all"), said = document.getElementById("play-words");
    let at = -1, going = false;
    const sound = (i) => tracks[i].querySelector("audio");
    const play = (i) => {
      if (i < 0 || i >= tracks.length) return;
      for (let j = 0; j < tracks.length; j += 1) if (j !== i) { sound(j).pause(); sound(j).currentTime = 0; }
      at = i;
      going = true;
      if (sound(i).ended) sound(i).currentTime = 0;
      sound(i).play().catch(() => { said.textContent = "This clip cannot be played."; });
    };
    const pause = () => { if (at >= 0) sound(at).pause(); };
    tracks.forEach((track, i) => {
      const audio = sound(i);
      audio.addEventListener("play", () => {
        for (let j = 0; j < tracks.length; j += 1) if (j !== i) sound(j).pause();
        at = i;
        going = true;
        all.textContent = "Pause";
        for (const other of tracks) other.removeAttribute("aria-current");
        track.setAttribute("aria-current", "true");
        said.textContent = `${i + 1} of ${tracks.length}: ${track.dataset.title}`;
      });
      audio.addEventListener("pause", () => { if (at === i && !audio.ended) { going = false; all.textContent = "Play on"; } });
      audio.addEventListener("ended", () => {
        if (i + 1 < tracks.length) { play(i + 1); return; }
        going = false;
        at = -1;
        all.textContent = "Play all again";
        track.removeAttribute("aria-current");
        said.textContent = "That was the last clip.";
      });
    });
    const toggle = () => { if (going) pause(); else play(Math.max(0, at)); };
    all.addEventListener("click", toggle);
    document.getElementById("play-back").addEventListener("click", () => play(Math.max(0, at - 1)));
    document.getElementById("play-next").addEventListener("click", () => play(at + 1));
    document.addEventListener("keydown", (event) => {
      if (event.target.closest("input, textarea, select, button, a, audio, summary") || event.ctrlKey || event.metaKey || event.altKey) return;
      const does = { " ": toggle, ArrowRight: () => play(at + 1), ArrowLeft: () => play(Math.max(0, at - 1)) }[event.key];
      if (does) { event.preventDefault(); does(); }
    });
    if (!tracks.length) all.disabled = true;
  }
})();
