"use strict";
// Runs beside the sound: every 10 ms the power of the voice's band (300 to 3000 Hz), the power of everything, and clipped samples.
class Level extends AudioWorkletProcessor {
  constructor() {
    super();
    this.every = Math.round(sampleRate / 100);
    this.low = this.pass(300, true);
    this.high = this.pass(3000, false);
    this.clear();
    this.sent = [];
  }

  // A second-order high or low pass (RBJ's cookbook, Q = 0.707).
  pass(hz, above) {
    const w = (2 * Math.PI * hz) / sampleRate, alpha = Math.sin(w) / Math.SQRT2, cos = Math.cos(w), a0 = 1 + alpha;
    const b = above ? (1 + cos) / 2 : (1 - cos) / 2;
    return { b0: b / a0, b1: ((above ? -2 : 2) * b) / a0, a1: (-2 * cos) / a0, a2: (1 - alpha) / a0, x1: 0, x2: 0, y1: 0, y2: 0 };
  }

  step(f, x) {
    const y = f.b0 * x + f.b1 * f.x1 + f.b0 * f.x2 - f.a1 * f.y1 - f.a2 * f.y2;
    f.x2 = f.x1; f.x1 = x; f.y2 = f.y1; f.y1 = y;
    return y;
  }

  clear() { this.n = 0; this.all = 0; this.voice = 0; this.clipped = 0; }

  process(inputs) {
    const input = inputs[0][0];
    if (!input) return true;
    for (const x of input) {
      const y = this.step(this.high, this.step(this.low, x));
      this.all += x * x;
      this.voice += y * y;
      if (Math.abs(x) >= 0.985) this.clipped += 1;
      this.n += 1;
      if (this.n === this.every) {
        this.sent.push(this.voice / this.n, this.all / this.n, this.clipped / this.n);
        this.clear();
      }
    }
    if (this.sent.length >= 15) {
      this.port.postMessage(this.sent);
      this.sent = [];
    }
    return true;
  }
}
registerProcessor("vmaudio-level", Level);
