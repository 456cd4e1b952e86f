from .analyzer import (
    Analyzer as Analyzer,
)
from .batch import (
    run_batch as run_batch,
)
from .doctor import (
    comparable_engines as comparable_engines,
    examine as examine,
    time_engines as time_engines,
    tune as tune,
)
from .engines import (
    BatchEngine as BatchEngine,
    NothingThere as NothingThere,
    get_batch_engine as get_batch_engine,
)
from .failures import (
    not_there as not_there,
)
from .options import (
    FlagOptions as FlagOptions,
    Options as Options,
    SecondPassOptions as SecondPassOptions,
)
from .own_companies import (
    name_companies as name_companies,
)
from .pool_members import (
    Lost as Lost,
    WorkerStartError as WorkerStartError,
)
from .progress import (
    BatchProgress as BatchProgress,
    in_words as in_words,
)
from .rescoring import (
    freeze_baselines as freeze_baselines,
    rescore as rescore,
    rescore_bands as rescore_bands,
    rows_without_message as rows_without_message,
    score_with_team as score_with_team,
    team_beside as team_beside,
)
from .rubric_effect import (
    BANDS as BANDS,
    RubricEffect as RubricEffect,
    compare_rubrics as compare_rubrics,
)
from .scoring_pass import (
    no_baseline as no_baseline,
    score_in_context as score_in_context,
)
from .serving import (
    result_from_json as result_from_json,
    result_to_json as result_to_json,
)
from .several import (
    other_messages as other_messages,
)
from .simple import (
    analyze as analyze,
    find_entities as find_entities,
)
from .stages import (
    STAGES as STAGES,
)
from .workers import (
    WorkerPool as WorkerPool,
)
