"""From labelled messages to a model that can be trusted: read, train, judge, compare.

`read` checks label files, `train` writes a model folder, `evaluate` judges one on any labels, `compare` says whether two
differ. Models are promoted by `vmaudio.modelstore.ModelStore.promote` and by nothing else.
"""

from vmaudio.training.evaluation import Evaluation, compare, evaluate
from vmaudio.training.labels import LabelledMessage, Sentence, read
from vmaudio.training.train import NAMES, TrainingResult, train

__all__ = ["NAMES", "Evaluation", "LabelledMessage", "Sentence", "TrainingResult", "compare", "evaluate", "read", "train"]
