"use strict";
// While a take is recorded: the line under the script, the level and the pace. Nothing here leaves the page.
(() => {
  const form = document.getElementById("upload"), prompter = document.getElementById("prompter");
  if (!form || !prompter || !form.classList.contains("studio")) return;
  const by = (id) => document.getElementById(id);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const low = Number(form.dataset.low), high = Number(form.dataset.high);
  const script = by("script"), speed = by("speed"), file = by("file"), fold = by("file-fold");
  const button = by("record-button");

  // A file is the other way; where there is a microphone it folds away.
  if (window.MediaRecorder && navigator.mediaDevices) {
    fold.open = false;
    file.required = false;
  }
  form.addEventListener("submit", (event) => {
    if (file.files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    by("upload-status").textContent = "Record the message first, or choose a file.";
    button.focus();
  }, true);

  // The script, word by word. A word's time is its syllables', with a breath at each comma and stop.
  const EMPTY = prompter.textContent;
  let words = [], ends = [], lines = [], at = -1;
  const weight = (word) => {
    const figures = (word.match(/\d/g) || []).length;
    const said = figures || Math.max(1, (word.toLowerCase().match(/[aeiouy]+/g) || []).length - (/[^aeiouyl]e\W*$/i.test(word) ? 1 : 0));
    return Math.max(1, said) + (/[.!?…]\W*$/.test(word) ? 2.5 : /[,;:–]\W*$/.test(word) ? 1 : 0);
  };
  const lay = () => {
    const text = script ? script.value.trim() : prompter.dataset.text;
    const found = text.replace(/\[(?:pause|beep|tone|wait|smile|breathe|breath|slow|slowly|slower|louder)\]/gi, " … ").match(/\{[^}]*\}\S*|\[[^\]]*\]\S*|\S+/g) || [];
    words = found.map((word) => {
      const span = document.createElement("span");
      span.className = /^[{[]/.test(word) ? "pw blank" : "pw";
      span.textContent = word;
      return span;
    });
    prompter.classList.toggle("idle", !words.length);
    prompter.replaceChildren(...(words.length ? words.flatMap((span) => [span, " "]) : [EMPTY]));
    let sum = 0;
    ends = found.map((word) => (sum += weight(word)));
    lines = [];  // the first word of the sentence that a word is in
    found.forEach((word, i) => lines.push(i === 0 || /[.!?…]\W*$/.test(found[i - 1]) ? i : lines[i - 1]));
    at = -1;
  };
  const show = (now) => {
    if (now === at) return;
    at = now;
    words.forEach((span, i) => {
      span.classList.toggle("past", i < now);
      span.classList.toggle("here", calm.matches ? lines[i] === lines[Math.min(now, words.length - 1)] && now < words.length : i === now);
    });
    const span = words[Math.min(now, words.length - 1)];
    if (span && prompter.scrollHeight > prompter.clientHeight) {
      prompter.scrollTo({ top: span.offsetTop - prompter.clientHeight / 3, behavior: calm.matches ? "auto" : "smooth" });
    }
  };
  const line = (seconds) => {
    if (!words.length) return;
    const all = (60 * words.length) / Number(speed.value), due = (seconds / all) * ends[ends.length - 1];
    let now = 0;
    while (now < ends.length && ends[now] <= due) now += 1;
    show(now);
  };
  lay();
  if (script) script.addEventListener("input", lay);
  const tell = () => { by("speed-word").textContent = `${speed.value} words a minute`; };
  speed.addEventListener("input", tell);
  tell();

  // Gauges. The level's zones: clipping on the right; on the left what would be too near to the noise of this room.
  const FROM = -60, scale = (db) => Math.max(0, Math.min(1, (db - FROM) / -FROM));
  const fill = form.querySelector("#level-bar .fill"), quiet = by("level-quiet"), tooLoud = form.querySelector(".zone-high");
  const needle = form.querySelector("#pace-bar .needle"), band = form.querySelector("#pace-bar .band");
  const SLOWEST = 60, FASTEST = 260, place = (wpm) => Math.max(0, Math.min(1, (wpm - SLOWEST) / (FASTEST - SLOWEST)));
  const LOUD = -6, SNR = Number(form.dataset.snr), CLIPPED = Number(form.dataset.clipped);
  band.style.left = `${100 * place(low)}%`;
  band.style.width = `${100 * (place(high) - place(low))}%`;
  tooLoud.style.left = `${100 * scale(LOUD)}%`;
  tooLoud.style.right = "0";
  quiet.style.width = `${100 * scale(-45)}%`;
  const word = (id, text, kind) => {
    const shown = by(id);
    if (shown.textContent !== text) shown.textContent = text;
    shown.className = kind;
  };

  let meter = null, level = -90, peak = -90, asked = 0, first = NaN, node = null, seconds = 0, told = 0;
  const draw = () => {
    if (!meter) return;
    seconds = meter.frames / 100;
    fill.style.width = `${100 * scale(peak)}%`;
    if (Number.isNaN(first) && meter.first >= 0 && meter.speech > 8) first = seconds;
    if (!Number.isNaN(first)) line(seconds - first);
    if (seconds - told > 0.4) {  // words twice a second, so that they can be read
      told = seconds;
      // the voice over the room: what the rubric asks for, on what can be told of the noise so far
      const floor = Math.max(-80, meter.quiet[Math.floor(meter.quiet.length * 0.05)] ?? -80), loud = meter.loud;
      quiet.style.width = `${100 * scale(Math.max(-45, floor + SNR))}%`;
      const clipped = meter.clipped / Math.max(1, meter.frames);
      if (meter.first < 0) word("level-word", seconds > 2.5 ? "nothing heard yet" : "listening", "soft");
      else if (clipped > CLIPPED) word("level-word", "too loud: it clips", "too");
      else if (loud < -45 || loud - floor < SNR) word("level-word", "too quiet", "too");
      else word("level-word", "good", "fine");
      const wpm = meter.wpm;
      if (meter.pause > 0.35 && meter.first >= 0) word("pace-word", `pause, ${meter.pause.toFixed(1)} s`, "soft");
      else if (Number.isNaN(wpm)) word("pace-word", meter.first >= 0 ? "speaking" : "–", "soft");
      else word("pace-word", `about ${5 * Math.round(wpm / 5)} words a minute${wpm > high ? ", fast" : wpm < low ? ", slow" : ""}`, wpm > high || wpm < low ? "too" : "fine");
      needle.hidden = Number.isNaN(wpm);
      if (!Number.isNaN(wpm)) needle.style.left = `${100 * place(wpm)}%`;
    }
    asked = requestAnimationFrame(draw);
  };

  form.addEventListener("takestart", async (event) => {
    const { context, source } = event.detail;
    meter = new PaceMeter();
    peak = level = -90;
    first = NaN;
    told = 0;
    needle.hidden = true;
    form.classList.add("live");
    prompter.parentElement.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    lay();
    show(0);
    try {
      await context.audioWorklet.addModule(form.dataset.level);
      if (!meter || context.state === "closed") return;
      node = new AudioWorkletNode(context, "vmaudio-level", { numberOfOutputs: 0 });
      node.port.onmessage = ({ data }) => {
        if (!meter) return;
        for (let i = 0; i < data.length; i += 3) {
          meter.push(data[i], data[i + 2]);
          level = 10 * Math.log10(data[i + 1] + 1e-10);
          peak = Math.max(level, peak - 0.3);  // falls 30 dB in a second
        }
      };
      source.connect(node);
      asked = requestAnimationFrame(draw);
    } catch {
      word("level-word", "not shown in this browser", "soft");
    }
  });
  form.addEventListener("takestop", () => {
    cancelAnimationFrame(asked);
    form.classList.remove("live");
    if (!meter) return;
    const wpm = meter.whole;
    if (!Number.isNaN(wpm)) word("pace-word", `about ${5 * Math.round(wpm / 5)} words a minute in all`, wpm > high || wpm < low ? "too" : "fine");
    else word("pace-word", "–", "soft");
    fill.style.width = "0";
    meter = null;
    show(-1);
  });
})();
