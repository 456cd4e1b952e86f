from .analyzer import (
    Analyzer as Analyzer,
)
from .batch import (
    run_batch as run_batch,
)
from .doctor import (
    comparable_engines as comparable_engines,
)
from .doctor import (
    examine as examine,
)
from .doctor import (
    time_engines as time_engines,
)
from .engines import (
    get_batch_engine as get_batch_engine,
)
from .options import (
    FlagOptions as FlagOptions,
)
from .options import (
    SecondPassOptions as SecondPassOptions,
)
from .rescoring import (
    freeze_baselines as freeze_baselines,
)
from .rescoring import (
    rescore as rescore,
)
from .scoring_pass import (
    no_baseline as no_baseline,
)
from .scoring_pass import (
    score_in_context as score_in_context,
)
from .serving import (
    result_from_json as result_from_json,
)
from .serving import (
    result_to_json as result_to_json,
)
from .stages import (
    STAGES as STAGES,
)
from .workers import (
    Lost as Lost,
)
from .workers import (
    WorkerPool as WorkerPool,
)
from .workers import (
    WorkerStartError as WorkerStartError,
)
