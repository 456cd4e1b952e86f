from .analysis import (
    Analyzer as Analyzer,
    Options as Options,
    analyze as analyze,
    find_entities as find_entities,
)
from .classify import (
    ModelStore as ModelStore,
)
from .errors import (
    AudioError as AudioError,
    ExtraMissing as ExtraMissing,
    ModelError as ModelError,
    PluginError as PluginError,
    RubricError as RubricError,
    SettingError as SettingError,
    StoreError as StoreError,
    TableError as TableError,
    TranscribeError as TranscribeError,
    VmaudioError as VmaudioError,
)
from .experiments import (
    compare as compare,
    wilson as wilson,
)
from .records import (
    Analysis as Analysis,
    Check as Check,
    Entities as Entities,
    Failure as Failure,
    FeatureRow as FeatureRow,
    Flag as Flag,
    Message as Message,
    Prosody as Prosody,
    Recording as Recording,
    Score as Score,
    Structure as Structure,
    Tone as Tone,
    Transcript as Transcript,
)
from .rubric import (
    load_rubric as load_rubric,
    score as score,
)
from .store import (
    open_store as open_store,
)
from .transcribe import (
    Transcriber as Transcriber,
    get_transcriber as get_transcriber,
)

__version__: str
