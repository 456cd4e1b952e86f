from .analysis import (
    Analyzer as Analyzer,
)
from .analysis import (
    Options as Options,
)
from .analysis import (
    analyze as analyze,
)
from .analysis import (
    find_entities as find_entities,
)
from .classify import (
    ModelStore as ModelStore,
)
from .errors import (
    AudioError as AudioError,
)
from .errors import (
    ExtraMissing as ExtraMissing,
)
from .errors import (
    ModelError as ModelError,
)
from .errors import (
    PluginError as PluginError,
)
from .errors import (
    RubricError as RubricError,
)
from .errors import (
    SettingError as SettingError,
)
from .errors import (
    StoreError as StoreError,
)
from .errors import (
    TableError as TableError,
)
from .errors import (
    TranscribeError as TranscribeError,
)
from .errors import (
    VmaudioError as VmaudioError,
)
from .experiments import (
    compare as compare,
)
from .experiments import (
    wilson as wilson,
)
from .records import (
    Analysis as Analysis,
)
from .records import (
    Check as Check,
)
from .records import (
    Entities as Entities,
)
from .records import (
    Failure as Failure,
)
from .records import (
    FeatureRow as FeatureRow,
)
from .records import (
    Flag as Flag,
)
from .records import (
    Message as Message,
)
from .records import (
    Prosody as Prosody,
)
from .records import (
    Recording as Recording,
)
from .records import (
    Score as Score,
)
from .records import (
    Structure as Structure,
)
from .records import (
    Tone as Tone,
)
from .records import (
    Transcript as Transcript,
)
from .rubric import (
    load_rubric as load_rubric,
)
from .rubric import (
    score as score,
)
from .store import (
    open_store as open_store,
)
from .transcribe import (
    Transcriber as Transcriber,
)
from .transcribe import (
    get_transcriber as get_transcriber,
)

__version__: str
