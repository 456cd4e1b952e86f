"use strict";
// What script adds to pages that work without it: progress, filters that answer at once, confirmations, local times.
(() => {
  document.documentElement.classList.add("js");
  const token = document.querySelector("meta[name=csrf]").content;

  const mmss = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;

  for (const time of document.querySelectorAll("time.local")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  for (const form of document.querySelectorAll("form[data-confirm]")) {
    form.addEventListener("submit", (event) => {
      if (window.confirm(form.dataset.confirm)) return;
      event.preventDefault();
      let said = form.querySelector(".refused");
      if (!said) {
        said = document.createElement("span");
        said.className = "refused soft";
        said.setAttribute("role", "status");
        form.append(" ", said);
      }
      const word = form.dataset.confirm.startsWith("Delete") ? "deleted" : "changed";
      setTimeout(() => { said.textContent = `Nothing was ${word}.`; }, 50);  // into a region that is there already: it is read out
    });
  }

  // Filters: a choice is applied at once; empty fields stay out of the address.
  for (const form of document.querySelectorAll("form.filters")) {
    const send = () => { if (form.reportValidity()) form.requestSubmit(); };
    for (const field of form.querySelectorAll("select")) field.addEventListener("change", send);
    form.addEventListener("submit", () => {
      for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    });
    window.addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
  }

  // What takes the server longer: asked for when the page is there, and put in its place.
  const slow = document.querySelector("[data-from]");
  if (slow) {
    fetch(slow.dataset.from, { headers: { accept: "text/html" } }).then(async (answer) => {
      if (!answer.ok) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const piece of found.querySelectorAll("[data-later]")) {
        const place = document.querySelector(`[data-later="${piece.dataset.later}"]`);
        if (place) place.replaceChildren(...piece.childNodes);
      }
      slow.removeAttribute("data-from");
    }).catch(() => {});
  }

  // Progress of an upload.
  const progress = document.getElementById("progress");
  if (progress) {
    const words = document.getElementById("progress-words"), bar = document.getElementById("progress-bar");
    const stages = [...progress.querySelectorAll("[data-stage]")];
    const say = (text) => { if (words.textContent !== text) words.textContent = text; };
    let failures = 0, left = false;
    // Who stops and deletes leaves this page: what is deleted is not asked for once more.
    for (const form of document.querySelectorAll("form")) form.addEventListener("submit", () => { left = true; });
    window.addEventListener("pageshow", () => { left = false; });
    const look = async () => {
      let job;
      if (left) { setTimeout(look, 400); return; }
      try {
        const answer = await fetch(progress.dataset.job, { headers: { accept: "application/json" } });
        job = await answer.json();
        failures = 0;
        if (left) return;
      } catch {
        failures += 1;
        if (failures > 20) { say("The server does not answer. Load this page again later."); return; }
        setTimeout(look, 1000);
        return;
      }
      if (job.state !== "waiting" && job.state !== "working") { location.replace(progress.dataset.page); return; }
      if (job.state === "waiting") {
        bar.removeAttribute("value");
        say(job.position > 1 ? `Number ${job.position} in the queue.` : "Next in the queue.");
      } else {
        const at = stages.findIndex((stage) => stage.dataset.stage === job.stage);
        bar.value = at + 1;
        stages.forEach((stage, i) => {
          stage.classList.toggle("past", i < at);
          stage.classList.toggle("now", i === at);
        });
        const left = job.left_s === null ? "" : ` ${job.percent} %, about ${mmss(job.left_s)} left of a recording of ${mmss(job.length_s)}.`;
        if (job.percent !== null) { bar.max = 100; bar.value = job.percent; }
        say((at >= 0 ? stages[at].dataset.words : "Now loading the recogniser.") + left);
      }
      setTimeout(look, 400);
    };
    setTimeout(look, 250);
  }

  // Progress of an import.
  const importing = document.getElementById("importing");
  if (importing) {
    const look = async () => {
      try {
        const answer = await fetch(importing.dataset.state, { headers: { accept: "application/json" } });
        const found = await answer.json();
        if (found.state !== "working") { location.reload(); return; }
        const over = found.done + found.known + found.failed.length;
        document.getElementById("import-bar").value = over;
        const left = found.left_s === null ? "" : ` About ${Math.max(1, Math.round(found.left_s / 60))} min left.`;
        document.getElementById("import-words").textContent = `${over} of ${found.total}.${left}`;
      } catch { /* asked again */ }
      setTimeout(look, 1000);
    };
    setTimeout(look, 700);
  }

  // Rescoring: load the page again when it is done.
  const rescoring = document.getElementById("rescoring");
  if (rescoring) {
    const look = async () => {
      try {
        const found = await (await fetch("/rubric.json", { headers: { accept: "application/json" } })).json();
        if (found.rescoring.state !== "running") { location.reload(); return; }
        rescoring.textContent = `Scoring again: ${found.rescoring.done} of ${found.rescoring.total} message${found.rescoring.total === 1 ? '' : 's'}.`;
      } catch { /* asked again below */ }
      setTimeout(look, 1000);
    };
    setTimeout(look, 700);
  }

  // Upload: drop a file, refuse what is too large before it travels, show a busy server's answer here.
  const form = document.getElementById("upload");
  if (form) {
    const drop = document.getElementById("drop"), file = document.getElementById("file");
    const status = document.getElementById("upload-status"), seconds = document.getElementById("seconds"), send = document.getElementById("send");
    const say = (text, wrong) => {
      status.textContent = text;
      status.classList.toggle("error-line", Boolean(wrong));
    };
    const chosen = () => {
      const one = file.files[0];
      seconds.value = "";
      if (!one) return;
      if (one.size > Number(form.dataset.maxBytes)) {
        file.value = "";
        say(`${one.name} is larger than ${form.dataset.maxSize}. Choose a shorter recording, or an MP3 of it.`, true);
      } else if (/\.(pdf|docx?|xlsx?|csv|txt|zip|html?|png|jpe?g|gif)$/i.test(one.name) || /^(image|text)\//.test(one.type)) {
        file.value = "";
        say(`${one.name} is no recording. Choose a sound file, such as a WAV, MP3 or M4A.`, true);
      } else {
        say(`${one.name} is chosen.`);
        foretell(one);
      }
    };
    // How long it is, and about how long that takes here; what the browser cannot read is only chosen.
    const foretell = (one) => {
      const probe = new Audio(), url = URL.createObjectURL(one);
      probe.preload = "metadata";
      const over = () => URL.revokeObjectURL(url);
      probe.addEventListener("error", over);
      probe.addEventListener("loadedmetadata", () => {
        over();
        if (file.files[0] !== one || !Number.isFinite(probe.duration)) return;
        seconds.value = probe.duration.toFixed(1);
        const longest = Number(form.dataset.maxSeconds), heard = Math.min(probe.duration, longest);
        const wait = Number(form.dataset.waiting) + Number(form.dataset.rate) * heard;
        const about = wait < 50 ? `${Math.max(5, 5 * Math.round(wait / 5))} seconds` : `${Math.max(1, Math.round(wait / 60))} min`;
        const cut = probe.duration > longest ? ` Only the first ${longest / 60} minutes are analysed.` : "";
        say(`${one.name} is chosen: ${mmss(probe.duration)} long. The check takes about ${about}.${cut}`);
      });
      probe.src = url;
    };
    file.addEventListener("change", chosen);
    for (const kind of ["dragenter", "dragover"]) {
      drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      file.files = event.dataTransfer.files;
      chosen();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      send.disabled = true;
      say("Uploading …");
      try {
        const answer = await fetch(form.action, {
          method: "POST",
          body: new FormData(form),
          headers: { accept: "application/json", "x-csrf-token": token },
        });
        const found = await answer.json();
        if (answer.ok) { location.assign(found.url); return; }
        say(found.error, true);
      } catch {
        say("The upload failed. Make sure that the server is running and that the recording is not too large. Then try again.", true);
      }
      send.disabled = false;
    });
    window.addEventListener("pageshow", () => { send.disabled = false; });
  }
})();
