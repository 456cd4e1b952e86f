from .adherence import (
    adherence_of as adherence_of,
    checked_script as checked_script,
    script_adherence as script_adherence,
    script_of as script_of,
)
from .options import (
    SCRIPT_TEXT as SCRIPT_TEXT,
    ScriptOptions as ScriptOptions,
)
