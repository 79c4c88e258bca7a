"""What the store itself runs: each a Lua script, because each must happen whole or not at all.

Three keys: `{prefix}:entries`, a hash from the key of a certificate to its record; `{prefix}:changes`, a stream of
the latest records; `{prefix}:meta`, a hash with the number of changes (`seq`), the last change (`last`), the greatest
stamp, and the history of epochs, which grows when the store is found empty or under another process. Whatever
stands in them, a script reads it as a record of ours or as nothing. The braces are Redis Cluster's: one slot.
"""

from mtlsguard.revocation.records import MOST_OCTETS, MOST_STAMP

MOST_RECORDS = 1_000_000
_REMEMBERED_CHANGES = 10_000
_REMEMBERED_EPOCHS = 64

_COMMON = f"""
local MOST_OCTETS, MOST_STAMP, MOST_RECORDS = {MOST_OCTETS}, {MOST_STAMP}, {MOST_RECORDS}
local ENTRIES, CHANGES, META = KEYS[1], KEYS[2], KEYS[3]

for key, wanted in pairs({{[ENTRIES] = 'hash', [CHANGES] = 'stream', [META] = 'hash'}}) do
  local found = redis.call('TYPE', key)['ok']
  if found ~= wanted and found ~= 'none' then return redis.error_reply('WRONGTYPE of a key') end
end

local function whole(text)
  local number = tonumber(text or '')
  return number and number >= 0 and number < MOST_STAMP and math.floor(number) or 0
end

-- The history with the store's present epoch at its end, in which this is written.
local function history_of_now(token)
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''
  local known = redis.call('HMGET', META, 'history', 'run')
  local history = known[1]
  if not history or not string.match(history, '^%x[%x,]*%x$') or #history < 16 then history = nil end
  if history and known[2] == run then return history end
  history = history and (history .. ',' .. token) or token
  history = string.sub(history, -{17 * _REMEMBERED_EPOCHS - 1})
  redis.call('HSET', META, 'history', history, 'run', run)
  return history
end

local function epoch_of(history) return string.sub(history, -16) end

local function rank(history, epoch) return string.find(history, epoch, 1, true) or 0 end

-- Does the first, of the smaller stamp, not lose to the second? As `records.joined`.
local function outlives(first, last, history)
  return first.revoked and rank(history, first.epoch) > rank(history, last.epoch)
end

-- The head of a record, and the rest of it; nil for what is none.
local function head(text)
  if not text or #text > MOST_OCTETS then return nil end
  local stamp, flag, epoch, rest = string.match(text, '^{{"stamp":(%d+),"revoked":(%l+),"epoch":"(%x+)"(,.*}})$')
  if not stamp or #stamp > 16 or #epoch ~= 16 or (flag ~= 'true' and flag ~= 'false') then return nil end
  stamp = tonumber(stamp)
  if stamp < 1 or stamp >= MOST_STAMP then return nil end
  return {{stamp = stamp, revoked = flag == 'true', epoch = epoch, rest = rest}}
end

local function text_of(stamp, revoked, epoch, rest)
  return string.format('{{"stamp":%.0f,"revoked":%s,"epoch":"%s"', stamp, tostring(revoked), epoch) .. rest
end

local function store(field, text, stamp)
  redis.call('HSET', ENTRIES, field, text)
  local known = redis.call('HMGET', META, 'seq', 'stamp')
  local seq = string.format('%.0f', whole(known[1]) + 1)
  local size = redis.call('HLEN', ENTRIES)
  local last = redis.call('XADD', CHANGES, 'MAXLEN', '~', {_REMEMBERED_CHANGES}, '*',
                          'key', field, 'record', text, 'seq', seq, 'size', size)
  redis.call('HSET', META, 'seq', seq, 'last', last, 'stamp', string.format('%.0f', math.max(whole(known[2]), stamp)))
end

local function is_full(field)
  return redis.call('HLEN', ENTRIES) >= MOST_RECORDS and redis.call('HEXISTS', ENTRIES, field) == 0
end
"""

# ARGV: key, "true" or "false", the rest of the record, a new epoch. 1: it was not so before.
# Always writes: a follower may know a later record than the store does, and only a new one is sure to be newer.
PUT = (
    _COMMON
    + """
local field, revoked, rest, token = ARGV[1], ARGV[2] == 'true', ARGV[3], ARGV[4]
if is_full(field) then return redis.error_reply('FULL of records') end
local epoch = epoch_of(history_of_now(token))
local old = head(redis.call('HGET', ENTRIES, field))
local now = redis.call('TIME')
local stamp = math.max(tonumber(now[1]) * 1000000 + tonumber(now[2]), whole(redis.call('HGET', META, 'stamp')) + 1)
if old then stamp = math.max(stamp, old.stamp + 1) end
if stamp >= MOST_STAMP then return redis.error_reply('STAMPS are used up') end
store(field, text_of(stamp, revoked, epoch, rest), stamp)
return (old and old.revoked or false) ~= revoked and 1 or 0
"""
)

# ARGV: a new epoch, then for each record its key, itself, and the SHA-1 of the junk that it may replace, or nothing.
# How many of them changed something.
JOIN = (
    _COMMON
    + """
local history = history_of_now(ARGV[1])
local changed = 0
for at = 2, #ARGV, 3 do
  local field, text, junk = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local new, known = head(text), redis.call('HGET', ENTRIES, field)
  local old = head(known)
  if old and junk ~= '' and redis.sha1hex(known) == junk then old = nil end
  if new and not is_full(field) then
    local tied = old and new.stamp == old.stamp
    local wins = not old or new.stamp > old.stamp or (tied and new.revoked and not old.revoked)
    if wins or (tied and new.revoked == old.revoked and text > known) then
      if old and outlives(old, new, history) then
        new = old
        new.stamp = math.min(tonumber(string.match(text, '%d+')) + 1, MOST_STAMP - 1)
        text = text_of(new.stamp, true, new.epoch, new.rest)
      end
      store(field, text, new.stamp)
      changed = changed + 1
    elseif outlives(new, old, history) then
      store(field, text_of(math.min(old.stamp + 1, MOST_STAMP - 1), true, new.epoch, new.rest), old.stamp + 1)
      changed = changed + 1
    end
  end
end
return changed
"""
)

# Where the store stands. A replica that has lost its master answers, but hears nothing new: that is not to be followed.
POSITION = """
local said = redis.pcall('INFO', 'replication')
if type(said) == 'string' and string.match(said, 'master_link_status:down') then
  return redis.error_reply('MASTERDOWN no link with it')
end
local known = redis.call('HMGET', KEYS[3], 'history', 'seq', 'last')
return {known[1], known[2], known[3], redis.call('HLEN', KEYS[1])}
"""

# ARGV: cursor, about how many. The next cursor, then keys and records. A value too large to be a record stays where
# it is; "!" and its SHA-1 stand for it.
PAGE = f"""
local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
local found = {{page[1]}}
for at = 1, #page[2], 2 do
  local field, text = page[2][at], page[2][at + 1]
  if #text > {MOST_OCTETS} then text = '!' .. redis.sha1hex(text) end
  if #field == 64 then
    found[#found + 1] = field
    found[#found + 1] = text
  end
end
return found
"""
