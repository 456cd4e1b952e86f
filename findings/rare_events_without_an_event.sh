#!/bin/sh
# Finding: where no callback came at all, statsmodels and lifelines answer with NaN, an error, or certainty.
#
# Guess of an expert: the score interval (Miettinen and Nurminen), chosen because it behaves with rare events, also covers 0 of
#   50 against 0 of 50; the Wald test of 1 of 1 against 0 of 1 gives no small p-value; a Kaplan-Meier curve without an event
#   has an interval that narrows with the number observed (0 of 20: up to about 16.8 % by Clopper and Pearson).
# Behaviour: statsmodels' score test of 0/50 against 0/50 is NaN and its interval raises ValueError ("solver cannot
#   continue"), while Newcombe's gives -7.1 to +7.1 points; its Wald test of two messages (1/1 against 0/1) has p = 0.0;
#   a pooled odds ratio (StratifiedTable) with an arm of no event has a NaN interval beside a finite p-value.
#   lifelines' curve of 20 messages without an event has the interval 1.0 to 1.0: certainty from nothing.
#   Rates of a few per cent in lists of fifty make all of these everyday cases: they need an exact or a hybrid method.
# Seen with: statsmodels 0.15.0, lifelines 0.30.3, scipy 1.17.1, numpy 2.3.5, pandas 2.3.3.
# Output seen:
#   score test 0/50, 0/50: p nan; interval ValueError
#   Newcombe 0/50, 0/50: -0.0713 0.0713
#   Wald test 1/1, 0/1: p 0.0
#   pooled odds ratio: 0.0, interval nan nan, p 0.0133
#   Kaplan-Meier, 0 of 20: 1.0 1.0; Clopper-Pearson for the rate: 0.0 0.1684
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q statsmodels==0.15.0 lifelines==0.30.3 scipy==1.17.1 numpy==2.3.5 pandas==2.3.3
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import math
import sys

import numpy as np
from lifelines import KaplanMeierFitter
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

none = (0, 50, 0, 50)
score = float(test_proportions_2indep(*none, method="score").pvalue)
try:
    interval = str(confint_proportions_2indep(*none, method="score", compare="diff"))
except ValueError:
    interval = "ValueError"
print(f"score test 0/50, 0/50: p {score}; interval {interval}")
newcombe = [round(float(end), 4) for end in confint_proportions_2indep(*none, method="newcomb", compare="diff")]
print("Newcombe 0/50, 0/50:", *newcombe)
wald = float(test_proportions_2indep(1, 1, 0, 1, method="wald").pvalue)
print("Wald test 1/1, 0/1: p", wald)
pooled = StratifiedTable([np.array([[0.0, 50.0], [3.0, 47.0]])] * 2)
ends = [float(end) for end in pooled.oddsratio_pooled_confint()]
p = round(float(pooled.test_null_odds().pvalue), 4)
print(f"pooled odds ratio: {float(pooled.oddsratio_pooled)}, interval {ends[0]} {ends[1]}, p {p}")
curve = KaplanMeierFitter().fit([7] * 20, [0] * 20).confidence_interval_survival_function_.iloc[-1].tolist()
exact = binomtest(0, 20).proportion_ci(method="exact")
print(f"Kaplan-Meier, 0 of 20: {curve[0]} {curve[1]}; Clopper-Pearson for the rate: {exact.low} {exact.high:.4f}")
holds = (
    math.isnan(score) and interval == "ValueError" and newcombe == [-0.0713, 0.0713] and wald == 0
    and all(map(math.isnan, ends)) and 0 < p < 0.05 and curve == [1.0, 1.0]
)
if not holds:
    sys.exit("the finding has changed")
PYTHON
