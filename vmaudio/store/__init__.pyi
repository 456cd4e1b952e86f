from .assignment_rows import (
    get_assignments as get_assignments,
    plan_ids as plan_ids,
    put_assignments as put_assignments,
)
from .audit_rows import (
    AuditEntry as AuditEntry,
    audit_entries as audit_entries,
    forget_subjects as forget_subjects,
    known_user_name as known_user_name,
    put_audit as put_audit,
)
from .brief_rows import (
    brief_analyses as brief_analyses,
    stored_digests as stored_digests,
)
from .claims import (
    Claims as Claims,
)
from .class_titles import (
    approach_titles as approach_titles,
)
from .clip_rows import (
    Clip as Clip,
    change_clip as change_clip,
    clip_of as clip_of,
    clips_of as clips_of,
    delete_clip as delete_clip,
    save_clip as save_clip,
)
from .coach_rows import (
    CoachVerdict as CoachVerdict,
    coach_verdicts_of as coach_verdicts_of,
    put_coach_verdicts as put_coach_verdicts,
)
from .columns import (
    Cell as Cell,
    Column as Column,
    FeatureName as FeatureName,
    Table as Table,
    message_columns as message_columns,
)
from .compared_rows import (
    PLAIN_NAME as PLAIN_NAME,
    Measures as Measures,
    compared_observations as compared_observations,
)
from .contour_rows import (
    packed_contours as packed_contours,
    unpacked_levels as unpacked_levels,
)
from .copying import (
    copy_rows as copy_rows,
)
from .database import (
    TablesError as TablesError,
    default_path as default_path,
    examine_tables as examine_tables,
    shown_url as shown_url,
    utc_now as utc_now,
)
from .filtering import (
    Filter as Filter,
)
from .flat import (
    messages_table as messages_table,
)
from .heard_rows import (
    baseline_rows as baseline_rows,
    copy_facts as copy_facts,
    copy_names as copy_names,
    heard_companies as heard_companies,
    scored_texts as scored_texts,
    transcripts as transcripts,
)
from .kept import (
    delete_kept as delete_kept,
    keep_recording as keep_recording,
    kept_folder as kept_folder,
    safe_name as safe_name,
    write_private as write_private,
)
from .label_rows import (
    Label as Label,
    LabelledText as LabelledText,
    all_labels as all_labels,
    labels_of as labels_of,
    put_labels as put_labels,
    whole_texts as whole_texts,
)
from .look_rows import (
    Looks as Looks,
    remember_look as remember_look,
)
from .narrow_rows import (
    ReportRow as ReportRow,
    ReportVersion as ReportVersion,
    checks_of_rubrics as checks_of_rubrics,
    report_version as report_version,
    stored_checks as stored_checks,
)
from .notes import (
    CoachNote as CoachNote,
    all_coach_notes as all_coach_notes,
    put_coach_note as put_coach_note,
)
from .outcome_rows import (
    Stored as Stored,
    all_outcomes as all_outcomes,
    messages_with_outcome as messages_with_outcome,
    observations as observations,
    outcome_of as outcome_of,
    put_outcomes as put_outcomes,
    sends as sends,
    stored_messages as stored_messages,
)
from .override_rows import (
    Override as Override,
    OverrideEntry as OverrideEntry,
    Overrides as Overrides,
    overrides_by_message as overrides_by_message,
)
from .passwords import (
    LEAST_USER_PASSWORD as LEAST_USER_PASSWORD,
    LONGEST_PASSWORD as LONGEST_PASSWORD,
    hash_password as hash_password,
    is_password as is_password,
)
from .playlist_rows import (
    Playlist as Playlist,
    all_playlists as all_playlists,
    change_playlist as change_playlist,
    delete_playlist as delete_playlist,
    place_clip as place_clip,
    playlist_of as playlist_of,
    save_playlist as save_playlist,
    unplace_clip as unplace_clip,
)
from .practice_rows import (
    PracticeAttempt as PracticeAttempt,
    delete_practice as delete_practice,
    practice_of as practice_of,
    practice_owner as practice_owner,
    practice_owners as practice_owners,
    put_practice as put_practice,
)
from .report_changes import (
    Delta as Delta,
    ReportFacts as ReportFacts,
)
from .rescored_rows import (
    Rescored as Rescored,
    analyses_of as analyses_of,
    put_rescored as put_rescored,
    read_lots as read_lots,
    rescored_values as rescored_values,
    sent_twice as sent_twice,
    stands_alone as stands_alone,
)
from .round_rows import (
    Round as Round,
    all_rounds as all_rounds,
    delete_round as delete_round,
    round_of as round_of,
    save_round as save_round,
)
from .search import (
    Facets as Facets,
    Page as Page,
    Row as Row,
    Search as Search,
    matching_ids as matching_ids,
    sent_limits as sent_limits,
)
from .search_words import (
    search_terms as search_terms,
)
from .store import (
    Store as Store,
    open_store as open_store,
)
from .tables import (
    analyses as analyses,
    assignments as assignments,
    audit_log as audit_log,
    baselines as baselines,
    calibration_messages as calibration_messages,
    claimed as claimed,
    clips as clips,
    coach_notes as coach_notes,
    coach_verdicts as coach_verdicts,
    contours as contours,
    failures as failures,
    labelled_texts as labelled_texts,
    labels as labels,
    messages as messages,
    outcomes as outcomes,
    override_log as override_log,
    overrides as overrides,
    playlist_clips as playlist_clips,
    practice_attempts as practice_attempts,
    recordings as recordings,
    report_rows as report_rows,
    scores as scores,
    users as users,
    verdicts as verdicts,
)
from .unchanged import (
    Writes as Writes,
)
from .user_rows import (
    USER_ROLES as USER_ROLES,
    User as User,
    accept_invitation as accept_invitation,
    active_admins as active_admins,
    add_user as add_user,
    all_users as all_users,
    change_user as change_user,
    has_users as has_users,
    invite_user as invite_user,
    invited as invited,
    login_of as login_of,
    remove_user as remove_user,
    seen_user as seen_user,
    user_by_email as user_by_email,
    user_by_id as user_by_id,
    user_key as user_key,
    user_named as user_named,
)
from .waiting_rows import (
    drop_waiting as drop_waiting,
    is_noted as is_noted,
    note_waiting as note_waiting,
    waiting_messages as waiting_messages,
)
