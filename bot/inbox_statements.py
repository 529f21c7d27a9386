"""The inbox's statements. Each is one round trip, and a transaction by itself."""

# Where the person is in the chat comes along: only who holds the lane changes it.
_DIALOGUE = """CASE WHEN chat_id IS NOT NULL THEN json_build_object(
    'chat_id', chat_id, 'step', step, 'draft', draft, 'screen_id', screen_message_id,
    'screen_has_photo', screen_has_photo, 'has_reply_keyboard', has_reply_keyboard,
    'updated_at', bot_dialogue.updated_at)::text END"""
# Customers' lanes come first, whoever knocks: strangers get no more places than `strangers`.
CLAIM = f"""
WITH waiting AS (
    SELECT lane, min(update_id) AS oldest, bool_or(is_urgent) AS urgent
    FROM bot_inboxupdate WHERE done_at IS NULL GROUP BY lane
), known AS (
    SELECT bot_lane.lane, urgent, oldest FROM bot_lane JOIN waiting USING (lane)
    WHERE (leased_until IS NULL OR leased_until <= clock_timestamp())
      AND bot_lane.lane <> ALL(%(in_hand)s) AND (is_known OR urgent)
    ORDER BY urgent DESC, oldest LIMIT %(limit)s FOR UPDATE OF bot_lane SKIP LOCKED
), unknown AS (
    SELECT bot_lane.lane, urgent, oldest FROM bot_lane JOIN waiting USING (lane)
    WHERE (leased_until IS NULL OR leased_until <= clock_timestamp())
      AND bot_lane.lane <> ALL(%(in_hand)s) AND NOT (is_known OR urgent)
    ORDER BY oldest LIMIT %(strangers)s FOR UPDATE OF bot_lane SKIP LOCKED
), free AS (
    SELECT lane, true AS counts_as_known, oldest FROM known
    UNION ALL SELECT lane, false, oldest FROM unknown
    ORDER BY counts_as_known DESC, oldest LIMIT %(limit)s
), leased AS (
    UPDATE bot_lane SET owner = %(owner)s,
        leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
    FROM free WHERE bot_lane.lane = free.lane RETURNING bot_lane.lane, counts_as_known, oldest
), begun AS (
    -- Who had the lane a moment ago may have done this one since: then it is not taken.
    UPDATE bot_inboxupdate SET attempts = attempts + 1
    FROM leased WHERE update_id = leased.oldest AND done_at IS NULL
    RETURNING bot_inboxupdate.lane, update_id, payload, attempts
)
SELECT leased.lane, counts_as_known, begun.update_id, begun.payload::text, begun.attempts,
    {_DIALOGUE}
FROM leased LEFT JOIN begun USING (lane) LEFT JOIN bot_dialogue ON chat_id = leased.lane
"""  # noqa: S608
# Only the holder of the lease gets the update: a sleeper who lost it stops here.
_BEGIN_ONE = """
UPDATE bot_inboxupdate SET attempts = attempts + 1
WHERE update_id = (
    SELECT update_id FROM bot_inboxupdate
    WHERE lane = %(lane)s AND done_at IS NULL AND update_id <> %(done)s
    ORDER BY update_id LIMIT 1)
  AND EXISTS (
    SELECT 1 FROM bot_lane
    WHERE lane = %(lane)s AND owner = %(owner)s AND leased_until > clock_timestamp())
RETURNING update_id, payload, attempts
"""
# One statement, as it runs with each update: note the last one, begin the next or let the lane go.
GO_ON = f"""
WITH done AS (
    UPDATE bot_inboxupdate SET done_at = clock_timestamp(), last_error = %(error)s
    WHERE update_id = %(done)s
), begun AS ({_BEGIN_ONE}), released AS (
    UPDATE bot_lane SET owner = '', leased_until = NULL
    WHERE lane = %(lane)s AND owner = %(owner)s AND NOT EXISTS (SELECT 1 FROM begun)
)
SELECT begun.update_id, begun.payload::text, begun.attempts, {_DIALOGUE}
FROM begun LEFT JOIN bot_dialogue ON chat_id = %(lane)s
"""  # noqa: S608
STORE = """
WITH arrived AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(lanes)s::bigint[], %(urgent)s::boolean[],
        %(payloads)s::text[]) AS a (update_id, lane, is_urgent, payload)
), known AS (
    INSERT INTO bot_lane (lane, owner, is_known)
    SELECT DISTINCT lane, '', false FROM arrived ORDER BY lane ON CONFLICT DO NOTHING
), stored AS (
    INSERT INTO bot_inboxupdate
        (update_id, lane, is_urgent, payload, attempts, received_at, last_error)
    SELECT update_id, lane, is_urgent, payload::jsonb, 0, now(), '' FROM arrived
    ON CONFLICT DO NOTHING
)
SELECT pg_notify(%(channel)s, '')
"""
DONE = """
UPDATE bot_inboxupdate SET done_at = clock_timestamp(), last_error = %(error)s
WHERE update_id = %(update_id)s
"""
RELEASE = """
UPDATE bot_lane SET owner = '', leased_until = NULL WHERE lane = %(lane)s AND owner = %(owner)s
"""
PAUSE = """
UPDATE bot_lane SET owner = '', leased_until = clock_timestamp() + make_interval(secs => %(pause)s)
WHERE lane = %(lane)s AND owner = %(owner)s
"""
EXTEND = """
UPDATE bot_lane SET leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE owner = %(owner)s
"""
LEAVE = "UPDATE bot_lane SET owner = '', leased_until = NULL WHERE owner = %(owner)s"
