"use strict";
// Scoring blind: every answer is saved at once; y, n, a and c answer the question at hand, p plays and pauses.
(() => {
  const form = document.getElementById("scoring");
  if (!form) return;
  const token = document.querySelector("meta[name=csrf]").content;
  const questions = [...form.querySelectorAll("fieldset.question")], audio = document.getElementById("to-score");
  const saved = document.getElementById("saved"), soFar = document.getElementById("so-far"), bar = document.getElementById("so-far-bar");
  const open = (question) => !question.querySelector("input:checked");
  let at = Math.max(0, questions.findIndex(open)), waiting = 0, last = Promise.resolve();

  const show = () => questions.forEach((question, i) => question.classList.toggle("now", i === at));
  // One after another: of two answers to one question the later one must stay, and so must the later count.
  const save = (input) => {
    const body = new FormData();
    body.append("message_id", form.elements.message_id.value);
    body.append(input.name, input.value);
    waiting += 1;
    saved.textContent = "Saving …";
    last = last.then(() => send(body));
  };
  const send = async (body) => {
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "application/json", "x-csrf-token": token } });
      const found = await answer.json();
      if (!answer.ok) throw new Error(found.error);
      soFar.textContent = `${found.answered.toLocaleString("en")} of ${found.questions.toLocaleString("en")} question${found.questions === 1 ? "" : "s"} answered`;
      bar.value = found.answered;
      waiting -= 1;
      if (!waiting) saved.textContent = "Saved.";
    } catch (error) {
      waiting -= 1;
      saved.textContent = `Not saved: ${error.message || "the server does not answer"}. “Save and go on” tries it again.`;
    }
  };
  form.addEventListener("change", (event) => { if (event.target.type === "radio") save(event.target); });
  form.addEventListener("focusin", (event) => {
    const question = event.target.closest("fieldset.question");
    if (question) { at = questions.indexOf(question); show(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "p" && audio) {
      event.preventDefault();
      if (audio.paused) audio.play().catch(() => {}); else audio.pause();
      return;
    }
    const input = questions[at] && questions[at].querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
    if (!input) return;
    event.preventDefault();
    input.checked = true;
    save(input);
    const next = questions.findIndex((question, i) => i > at && open(question));
    at = next >= 0 ? next : questions.findIndex(open);
    show();
    if (at >= 0) questions[at].querySelector("input").focus();
    else document.getElementById("go-on").focus();
  });
  show();
})();
