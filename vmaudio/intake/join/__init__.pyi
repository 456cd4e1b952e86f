from .calls import (
    Call as Call,
    CallTable as CallTable,
    read_calls as read_calls,
)
from .joining import (
    Joined as Joined,
    Pairing as Pairing,
    join_calls as join_calls,
)
from .options import (
    JoinOptions as JoinOptions,
)
from .recordings import (
    RecordingFacts as RecordingFacts,
    file_facts as file_facts,
    name_facts as name_facts,
)
from .writing import (
    read_decisions as read_decisions,
    write_joined as write_joined,
)
