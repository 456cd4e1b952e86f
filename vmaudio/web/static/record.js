"use strict";
// Record a take with the microphone; it becomes the form's file and is heard here before it is sent.
(() => {
  const box = document.getElementById("record");
  if (!box || !window.MediaRecorder || !navigator.mediaDevices) return;
  box.hidden = false;
  box.parentElement.classList.add("both");

  const form = document.getElementById("upload"), file = document.getElementById("file");
  const button = document.getElementById("record-button"), word = document.getElementById("record-word");
  const clock = document.getElementById("record-clock"), level = document.getElementById("record-level");
  const status = document.getElementById("upload-status"), player = document.getElementById("record-player");
  const longest = Number(form.dataset.maxSeconds);
  let recorder = null, context = null, url = "";

  const say = (text, wrong) => {
    status.textContent = text;
    status.classList.toggle("error-line", Boolean(wrong));
  };
  const time = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;

  const finish = (pieces, type) => {
    const ending = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
    const now = new Date(), two = (n) => String(n).padStart(2, "0");
    const name = `take ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}.${ending}`;
    const take = new File(pieces, name, { type });
    const holder = new DataTransfer();
    holder.items.add(take);
    file.files = holder.files;
    if (url) URL.revokeObjectURL(url);
    url = URL.createObjectURL(take);
    player.src = url;
    player.hidden = false;
    say(`Recorded ${clock.textContent}. Listen to it, record it again, or check it.`);
    document.getElementById("send").focus();
  };

  // 3, 2, 1, where it is asked for; the microphone is open already, and nothing is recorded yet.
  const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const countIn = async () => {
    const shown = document.getElementById("countdown");
    if (!document.getElementById("count-in")?.checked || !shown) return;
    shown.hidden = false;
    for (const n of [3, 2, 1]) {
      shown.textContent = String(n);
      say(`${n} …`);
      await wait(1000);
    }
    shown.hidden = true;
  };

  const start = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      const why = { NotAllowedError: "the browser may not use the microphone", NotFoundError: "no microphone was found" };
      say(`Recording is not possible: ${why[error.name] || error.name}. Choose a file instead.`, true);
      return;
    }
    const kind = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"].find((one) => MediaRecorder.isTypeSupported(one));
    recorder = new MediaRecorder(stream, kind ? { mimeType: kind } : undefined);
    const pieces = [];
    button.disabled = true;
    await countIn();
    button.disabled = false;
    const began = performance.now();
    recorder.addEventListener("dataavailable", (event) => { if (event.data.size) pieces.push(event.data); });
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      if (context) context.close();
      context = null;
      const type = recorder.mimeType || "audio/webm";
      recorder = null;
      button.classList.remove("on");
      word.textContent = "Record again";
      level.hidden = true;
      form.dispatchEvent(new Event("takestop"));
      finish(pieces, type);
    });
    context = new AudioContext();
    const meter = context.createAnalyser(), samples = new Float32Array(1024);
    meter.fftSize = 1024;
    const source = context.createMediaStreamSource(stream);
    source.connect(meter);
    level.hidden = false;
    const tick = () => {
      if (!recorder || !context) return;
      const seconds = (performance.now() - began) / 1000;
      clock.textContent = time(seconds);
      meter.getFloatTimeDomainData(samples);
      level.value = Math.min(1, 4 * Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length));
      if (seconds >= longest) recorder.stop();
      else requestAnimationFrame(tick);
    };
    recorder.start(1000);
    button.classList.add("on");
    word.textContent = "Stop";
    button.focus();
    say("Recording. Press Stop when you are done.");
    form.dispatchEvent(new CustomEvent("takestart", { detail: { context, source } }));
    requestAnimationFrame(tick);
  };

  button.addEventListener("click", () => {
    if (recorder && recorder.state === "recording") recorder.stop();
    else if (!recorder) start();
  });
})();
