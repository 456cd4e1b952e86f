from .analyzer import (
    Analyzer as Analyzer,
    no_baseline as no_baseline,
    score_in_context as score_in_context,
)
from .batch import (
    run_batch as run_batch,
)
from .doctor import (
    comparable_engines as comparable_engines,
    examine as examine,
    time_engines as time_engines,
)
from .engines import (
    get_batch_engine as get_batch_engine,
)
from .rescoring import (
    freeze_baselines as freeze_baselines,
    rescore as rescore,
)
