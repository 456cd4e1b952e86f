"""Is the referee honest? Coverage, false positives and power of what `vmaudio compare` prints, on simulated campaigns.

Everything here is simulated, with a truth that is known: that is the point. Run it alone with ``python -m benchmarks.evidence``
(about three minutes on one core), or as the row ``evidence`` of `benchmarks.accuracy`.
"""

from __future__ import annotations

import datetime
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.common import SEED, Table, environment
from vmaudio.duplicates.groups import DuplicateItem, find_duplicates
from vmaudio.duplicates.normalize import STOP
from vmaudio.experiments.clusters import clustered
from vmaudio.experiments.comparison import compare
from vmaudio.experiments.fixed_effects import fixed_effect
from vmaudio.experiments.misclassification import Corrected, correct_misclassification
from vmaudio.experiments.rates import difference_test, newcombe, wilson
from vmaudio.experiments.sequential import critical_value, monitor_difference
from vmaudio.experiments.trend import Trend, logistic, trend_of
from vmaudio.records import Message, Observation, Outcome


def share(hits: int, n: int) -> str:
    """A share with its 95 % interval, in per cent."""
    low, high = wilson(hits, n)
    return f"{100 * hits / n:.1f} % ({100 * low:.1f}-{100 * high:.1f})"


def coverage(draws: int = 20000) -> Table:
    """How often the 95 % intervals hold the truth."""
    rng = np.random.default_rng(SEED)
    rows = []
    for n, p_a, p_b in ((30, 0.05, 0.05), (133, 0.20, 0.10), (133, 0.05, 0.05), (500, 0.05, 0.08), (2000, 0.02, 0.02)):
        a, b = rng.binomial(n, p_a, draws), rng.binomial(n, p_b, draws)
        one = {x: wilson(x, n) for x in set(a.tolist())}
        two = {pair: newcombe(pair[0], n, pair[1], n) for pair in set(zip(a.tolist(), b.tolist(), strict=True))}
        in_one = sum(one[x][0] <= p_a <= one[x][1] for x in a.tolist())
        in_two = sum(two[pair][0] <= p_a - p_b <= two[pair][1] for pair in zip(a.tolist(), b.tolist(), strict=True))
        wald = 1.959964 * np.sqrt(a / n * (1 - a / n) / n + b / n * (1 - b / n) / n)
        in_wald = int((np.abs((a - b) / n - (p_a - p_b)) <= wald).sum())
        rows.append((f"{n} per arm, {100 * p_a:g} and {100 * p_b:g} %", *(share(k, draws) for k in (in_one, in_two, in_wald))))
    return Table(
        "Coverage of the 95 % intervals",
        ("design", "rate (Wilson)", "difference (Newcombe)", "difference (Wald, the textbook alternative)"),
        rows,
        f"{draws:,} simulated data sets per line; in brackets the 95 % interval of the share itself. Aim: 95 %.",
    )


@dataclass(frozen=True)
class World:
    """How messages come about: ``reps`` with levels spread by ``spread`` (logit), arms shared, leaning or split by rep."""

    name: str
    reps: int
    each: int
    spread: float
    mixing: str  # "shared": every rep tosses a coin; "lean": a rep prefers one arm 80:20; "split": one arm per rep
    effect: float = 0.0
    base: float = 0.10

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rep numbers, in arm a, outcomes."""
        rep = np.repeat(np.arange(self.reps), self.each)
        level = np.log(self.base / (1 - self.base)) + self.spread * rng.standard_normal(self.reps)
        share = {
            "shared": np.full(self.reps, 0.5),
            "lean": np.where(rng.permutation(self.reps) % 2, 0.8, 0.2),
            "split": (rng.permutation(self.reps) % 2).astype(float),
        }[self.mixing]
        in_a = rng.random(len(rep)) < share[rep]
        p = 1 / (1 + np.exp(-level[rep])) + self.effect * in_a
        return rep, in_a, (rng.random(len(rep)) < p).astype(float)


WORLDS = (
    World("reps alike, arms shared", 10, 60, 0.0, "shared"),
    World("reps differ, arms shared", 10, 60, 0.8, "shared"),
    World("reps differ, each leans to one arm", 10, 60, 0.8, "lean"),
    World("reps differ, each uses one arm", 10, 60, 0.8, "split"),
    World("reps differ, each uses one arm, 40 reps", 40, 30, 0.8, "split"),
    World("4 reps differ, each leans to one arm", 4, 150, 0.8, "lean"),
)


def false_positives(draws: int = 1000) -> Table:
    """How often each interval excludes zero when nothing was planted."""
    rng = np.random.default_rng(SEED + 1)
    rows = []
    for world in WORLDS:
        naive = by_rep = inner = estimable = rep_n = 0
        for _ in range(draws):
            rep, in_a, y = world.draw(rng)
            n_a, n_b = int(in_a.sum()), int((~in_a).sum())
            naive += difference_test(int(y[in_a].sum()), n_a, int(y[~in_a].sum()), n_b)[0] < 0.05
            c = clustered(rep, in_a, y)
            if c.low is not None and c.high is not None:
                rep_n += 1
                by_rep += c.low > 0 or c.high < 0
            a = fixed_effect(rep, in_a, y)
            if a.low is not None and a.high is not None:
                estimable += 1
                inner += a.low > 0 or a.high < 0
        rows.append(
            (
                world.name, share(naive, draws), share(by_rep, rep_n) if rep_n else "not estimable",
                share(inner, estimable) if estimable else "not estimable",
            )
        )  # fmt: skip
    return Table(
        "False positives at 5 %, nothing planted",
        ("world", "naive test", "interval by rep (CR2)", "within reps"),
        rows,
        f"{draws:,} data sets per line. The naive test is what a spreadsheet does. Where a rep uses one arm only, the "
        "difference within reps is rightly refused.",
    )


def recovery(draws: int = 800) -> Table:
    """Planted effect of 6 points: how often the within-rep interval holds it, and how often it is found."""
    rng = np.random.default_rng(SEED + 2)
    rows = []
    for mixing in ("shared", "lean"):
        world = World(mixing, 10, 150, 0.8, mixing, effect=0.06)
        inside = found = 0
        error = []
        for _ in range(draws):
            rep, in_a, y = world.draw(rng)
            a = fixed_effect(rep, in_a, y)
            if a.low is None or a.high is None or a.difference is None:
                continue
            inside += a.low <= world.effect <= a.high
            found += a.low > 0
            error.append(a.difference - world.effect)
        n = len(error)
        rows.append((f"arms {mixing}", share(inside, n), share(found, n), f"{100 * float(np.mean(error)):+.2f} points"))
    return Table(
        "A planted effect of 6 points (10 reps, 1,500 messages, base 10 %), within reps",
        ("design", "interval holds 6 points", "found", "mean error"),
        rows,
        f"{draws} data sets per line.",
    )


def slopes(draws: int = 400) -> Table:
    """How often a slope is found where points go with reps and not with callbacks within a rep."""
    rng = np.random.default_rng(SEED + 8)
    rows = []
    for reps, n in ((6, 1200), (12, 1500), (30, 3000)):
        sandwich = ours = found_planted = 0
        for _ in range(draws):
            rep = rng.integers(reps, size=n)
            points = 50 + 40 * rep / reps + rng.normal(0, 8, n)
            base = 0.05 + 0.25 * rep / reps
            y = (rng.random(n) < base).astype(float)
            ours += not _holds_one(trend_of("points", y, points.tolist(), rep))
            sandwich += _sandwich(rep, points, y)
            planted = (rng.random(n) < base * (1 + 0.3 * (points - 50 - 40 * rep / reps) / 8).clip(0, 3)).astype(float)
            found_planted += not _holds_one(trend_of("points", planted, points.tolist(), rep))
        rows.append((f"{reps} reps, {n:,} messages", share(sandwich, draws), share(ours, draws), share(found_planted, draws)))
    return Table(
        "Slope of points within reps",
        (
            "data",
            "cluster sandwich, normal quantile: false positives",
            "vmaudio: false positives",
            "vmaudio: planted slope found",
        ),
        rows,
        f"{draws} data sets per line. Better reps have more points, and within a rep points do nothing; planted: one standard "
        "deviation more goes with 1.3 times the rate.",
    )


def _holds_one(found: Trend | None) -> bool:
    return found is None or found.low <= 1 <= found.high


def _sandwich(rep: np.ndarray, points: np.ndarray, y: np.ndarray) -> bool:
    """The usual alternative: Mundlak's logit with the cluster-robust sandwich, times G / (G - 1), and 1.96."""
    mean = (np.bincount(rep, weights=points) / np.bincount(rep))[rep]
    own = points - mean
    x = np.stack([np.ones(len(y)), own / own.std(), (mean - mean.mean()) / mean.std()], axis=1)
    fitted = logistic(x, y)
    if fitted is None:
        return False
    beta, inverse = fitted
    score = x * (y - 1 / (1 + np.exp(-(x @ beta))))[:, None]
    sums = np.stack([np.bincount(rep, weights=column) for column in score.T], axis=1)
    groups = len(sums)
    variance = (inverse @ (sums.T @ sums) @ inverse * groups / (groups - 1))[1, 1]
    return bool(abs(beta[1]) > 1.959964 * np.sqrt(variance))


def peeking(draws: int = 1000, n: int = 4000, every: int = 20) -> Table:
    """False positives when one looks after every 20 messages, and what looking costs."""
    rng = np.random.default_rng(SEED + 3)
    looks = range(every, n + 1, every)
    rows = []
    for p_a, p_b in ((0.10, 0.10), (0.03, 0.03), (0.05, 0.10), (0.10, 0.20)):
        fooled = ten = safe = fixed = 0
        when: list[int] = []
        for _ in range(draws):
            in_a = rng.random(n) < 0.5
            y = (rng.random(n) < np.where(in_a, p_a, p_b)).astype(float)
            x_a, x_b = np.cumsum(y * in_a), np.cumsum(y * ~in_a)
            n_a = np.cumsum(in_a)
            at = np.array(looks) - 1
            pooled = (x_a[at] + x_b[at]) / (at + 1)
            with np.errstate(divide="ignore", invalid="ignore"):
                z = (x_a[at] / n_a[at] - x_b[at] / (at + 1 - n_a[at])) / np.sqrt(
                    pooled * (1 - pooled) * (1 / n_a[at] + 1 / (at + 1 - n_a[at]))
                )
            fooled += bool(np.nanmax(np.abs(z)) > 1.959964)
            ten += bool(np.nanmax(np.abs(z[len(z) // 10 - 1 :: len(z) // 10])) > 1.959964)
            fixed += bool(abs(z[-1]) > 1.959964)
            first = _first_crossing(x_a[at], n_a[at], x_b[at], at + 1 - n_a[at])
            safe += first is not None
            if first is not None:
                when.append(first)
        planted = "nothing" if p_a == p_b else f"{100 * (p_b - p_a):g} points"
        rows.append(
            (
                f"{100 * p_a:g} and {100 * p_b:g} %", planted, share(fooled, draws), share(ten, draws),
                share(fixed, draws), share(safe, draws),
                sorted(when)[int(0.8 * draws)] if p_a != p_b and len(when) > 0.8 * draws else None,
            )
        )  # fmt: skip
    return Table(
        f"Looking after every {every} of {n:,} messages",
        (
            "rates",
            "planted",
            "naive test, any look",
            "naive test, 10 looks",
            "one look at the end",
            "--monitor, any look",
            "messages until 4 in 5 found it",
        ),
        rows,
        f"{draws:,} runs per line; --monitor is looked at as often. "
        "Where nothing is planted the share is the false-positive rate: it must be at or under 5 %.",
    )


def _first_crossing(x_a: np.ndarray, n_a: np.ndarray, x_b: np.ndarray, n_b: np.ndarray) -> int | None:
    """Messages until the endless boundary is crossed at one of the looks; None when it never is."""
    n, x = n_a + n_b, x_a + x_b
    score = x_a - n_a * x / n
    variance = n_a * n_b * x * (n - x) / (n * n * np.maximum(n - 1, 1))
    for i in np.flatnonzero(variance > 0):
        if abs(score[i]) >= critical_value(float(variance[i])) * np.sqrt(variance[i]):
            return int(n[i])
    return None


def anytime_coverage(draws: int = 200, n: int = 2000) -> Table:
    """The confidence sequence of the difference must hold the truth at every look at once."""
    rng = np.random.default_rng(SEED + 4)
    rows = []
    for p_a, p_b in ((0.10, 0.15), (0.05, 0.05)):
        missed, width = 0, []
        for _ in range(draws):
            in_a = rng.random(n) < 0.5
            y = (rng.random(n) < np.where(in_a, p_a, p_b)).astype(float)
            bad = False
            for end in (50, 100, 200, 400, 700, 1000, 1500, 2000):
                m = monitor_difference(in_a[:end], y[:end])
                bad = bad or not m.low <= p_a - p_b <= m.high
            missed += bad
            width.append(m.high - m.low)
        rows.append((f"{100 * p_a:g} and {100 * p_b:g} %", share(missed, draws), f"{100 * float(np.mean(width)):.1f} points"))
    return Table(
        "Confidence sequence of the difference, eight looks up to 2,000 messages",
        ("rates", "ever missed the truth", "mean width at the end"),
        rows,
        f"{draws} runs per line. Aim: missed in at most 5 %.",
    )


def confounded(draws: int = 150) -> Table:
    """One great rep uses one script. How often is the script said to be better?"""
    rng = np.random.default_rng(SEED + 5)

    def campaign(kind: str) -> Iterator[Observation]:
        start = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
        for i in range(900):
            rep = int(rng.integers(6))
            script = {
                "alone": "new" if rep == 0 else "old",
                "mostly": "new" if rng.random() < (0.95 if rep == 0 else 0.10) else "old",
                "coin": "new" if rng.random() < 0.5 else "old",
                "real": "new" if rng.random() < 0.5 else "old",
            }[kind]
            p = (0.35 if rep == 0 else 0.08) + (0.12 if kind == "real" and script == "new" else 0.0)
            sent = start + datetime.timedelta(days=int(rng.integers(60)), minutes=int(rng.integers(480)))
            message = Message(f"{i}.wav", rep=f"rep{rep}", prospect=f"p{i}", sent_at=sent.isoformat(), script=script)
            yield Observation(message, Outcome(message.message_id, callback=bool(rng.random() < p)))

    rows = []
    for kind, name in (
        ("alone", "the great rep alone uses the new script; it does nothing"),
        ("mostly", "the great rep uses it at 95 %, others at 10 %; it does nothing"),
        ("coin", "scripts by chance; it does nothing"),
        ("real", "scripts by chance; it adds 12 points"),
    ):
        said = naive = warned = 0
        for _ in range(draws):
            found = compare(list(campaign(kind)), "script")
            pair = found.pairs[0]
            said += pair.verdict.kind in ("a_higher", "b_higher")
            naive += pair.p_value < 0.05
            warned += any(w.kind == "confounded" for w in found.warnings)
        rows.append((name, share(naive, draws), share(said, draws), share(warned, draws)))
    return Table(
        "A great rep and a new script (6 reps, 900 messages, her rate 35 %, theirs 8 %)",
        ("world", "naive p < .05", "verdict: one is higher", "warned of confounding"),
        rows,
        f"{draws} data sets per line, through `compare` as a whole.",
    )


def misclassification(draws: int = 500) -> Table:
    """Arms from a classifier with known errors: how much is lost, and does undoing it give it back?"""
    rng = np.random.default_rng(SEED + 6)
    rows = []
    for wrong in (0.05, 0.15, 0.25):
        seen, fixed, inside = [], [], 0
        for _ in range(draws):
            matrix = [rng.multinomial(60, row).tolist() for row in ((1 - wrong, wrong), (wrong, 1 - wrong))]
            meta = {"confusion": {"labels": ["a", "b"], "matrix": matrix}}
            truth = rng.random(1200) < 0.5
            answer = truth ^ (rng.random(1200) < wrong)
            y = rng.random(1200) < np.where(truth, 0.20, 0.10)
            n = [int(answer.sum()), int((~answer).sum())]
            events = [int((y & answer).sum()), int((y & ~answer).sum())]
            seen.append(events[0] / n[0] - events[1] / n[1])
            done = correct_misclassification(["a", "b"], n, events, meta)
            assert isinstance(done, Corrected)
            d, low, high = done.difference(0, 1)
            fixed.append(d)
            inside += low <= 0.10 <= high
        rows.append(
            (
                f"{100 * wrong:g} %", f"{100 * float(np.mean(seen)):.1f} points", f"{100 * float(np.mean(fixed)):.1f} points",
                share(inside, draws),
            )
        )  # fmt: skip
    return Table(
        "Predicted arms: a true difference of 10 points (20 against 10 %, 600 per arm)",
        ("symmetric errors", "seen", "errors undone", "its 95 % interval holds the truth"),
        rows,
        f"{draws:,} data sets per line; the errors are known from 60 tested messages of each class.",
    )


def repeats_at_scale(n: int = 100_000) -> Table:
    """Near-duplicates among many transcripts: seconds, and what is found of what was planted."""
    rng = np.random.default_rng(SEED + 7)
    syllables = [a + b for a in "b d f g k l m n p r s t v ch sh tr".split() for b in "a e i o u".split()]
    words = np.array([x + y + z for x in syllables for y in syllables for z in ("n", "l", "st")])
    common = np.array(sorted(STOP))
    zipf = 1 / np.arange(1, len(words) + 1) ** 0.8
    zipf /= zipf.sum()

    def script(size: int) -> np.ndarray:
        return np.where(rng.random(size) < 0.45, rng.choice(common, size), rng.choice(words, size, p=zipf))

    scripts = [script(int(rng.integers(20, 90))) for _ in range(4000)]
    seen, truth = [], []
    for i in range(n):
        which = int(rng.integers(len(scripts))) if rng.random() < 0.6 else -1
        said = script(45) if which < 0 else scripts[which].copy()
        wrong = np.flatnonzero(rng.random(len(said)) < 0.05)
        said[wrong] = rng.choice(words, len(wrong))
        seen.append(
            DuplicateItem(f"m{i}", f"r{i}", f"{i}.wav", " ".join(said.tolist()), f"p{i % 60000}", "rep", "2026-01-01T00:00:00")
        )
        truth.append(which)
    start, cpu = time.perf_counter(), time.process_time()
    groups = find_duplicates(seen)
    wall, used = time.perf_counter() - start, time.process_time() - cpu
    home: dict[str, int] = {}
    for g, group in enumerate(groups):
        if group.kind == "same_script":
            home.update(dict.fromkeys((member.message_id for member in group.members), g))
    planted = sum(which >= 0 for which in truth)
    biggest: dict[int, Counter[int]] = defaultdict(Counter)
    for i, which in enumerate(truth):
        if which >= 0:
            biggest[which][home.get(f"m{i}", -1 - i)] += 1
    together = sum(counts.most_common(1)[0][1] for counts in biggest.values())
    alone = sum(which < 0 and f"m{i}" in home for i, which in enumerate(truth))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = (
        f"{n:,}", f"{wall:.0f} s", f"{used:.0f} s", f"{peak:.0f} MB", share(together, planted), share(alone, n - planted)
    )  # fmt: skip
    return Table(
        "Repeats: near-duplicate transcripts",
        (
            "transcripts",
            "seconds",
            "of one core",
            "peak memory of the process",
            "readings in their script's largest group",
            "unlike messages in a group",
        ),
        [row],
        "4,000 scripts of 20 to 89 words, read about 15 times each with 5 % of the words replaced by others, among 40 % unlike "
        "messages. Real recognition errors sound alike, and are forgiven more.",
    )


PARTS: tuple[Callable[[], Table], ...] = (
    coverage, false_positives, recovery, slopes, peeking, anytime_coverage, confounded, misclassification, repeats_at_scale,
)  # fmt: skip


def main() -> None:
    """Print the tables, or the ones named."""
    for part in PARTS:
        if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
            print(part().markdown(), flush=True)
    print(environment())


if __name__ == "__main__":
    main()
