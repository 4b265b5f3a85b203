-- The code half of what "sobre policy compile" writes; the table "site" stands above it. It runs inside slurmctld, under its locks: no files, no
-- processes, no clock, and nothing of the job but the few fields named here. Lua 5.1 to 5.4.
--
-- Slurm 22.05 accepts a job whose script dies of a run-time error, and tells only its log; later releases refuse it. So all of it runs in a pcall, and
-- what happens then is the site's choice (options.onError).

-- ESLURM_REQUESTED_NODE_CONFIG_UNAVAILABLE of slurm_errno.h; it has no name in the Lua API of 22.05
local REFUSED = 2014
-- in bytes; what is longer was not typed by a person
local MOST = 10 ^ 12
-- Everybody's submissions wait while one is judged, and a pattern may take the square of a text's length.
local LONGEST_TEXT, LONGEST_SHOWN, LONGEST_CONSTRAINT, MOST_LISTED = 4096, 80, 400, 8
local REQUESTS = { "tres_per_node", "tres_per_job", "tres_per_socket", "tres_per_task" }
-- all that a verdict depends on, beside the table
local JUDGED = { "tres_per_node", "tres_per_job", "tres_per_socket", "tres_per_task", "mem_per_tres", "features", "comment" }
local MOST_KEPT, LONGEST_KEPT = 64, 1024
local MULTIPLES = { k = 1024, m = 1024 ^ 2, g = 1024 ^ 3, t = 1024 ^ 4 }
local sobre = { failures = 0 }

-- What users wrote goes to terminals and to a log: printable, and not long.
local function shown(text, longest)
  longest = longest or LONGEST_SHOWN
  text = tostring(text)
  if string.find(text, "[^ -~]") then text = string.gsub(text, "[^ -~]", "?") end
  return #text > longest and string.sub(text, 1, longest) .. "..." or text
end

local function filled(text, values)
  return (string.gsub(text, "{(%d)}", function(n) return shown(values[tonumber(n)]) end))
end

local function say(key, ...) return filled(site.text[key], { ... }) end

-- A text with a list in it, which is not cut. The values are filled in beside it: one may have "{list}" in it.
local function say_list(list, key, ...)
  local text, values = site.text[key], { ... }
  local at = string.find(text, "{list}", 1, true)
  return filled(string.sub(text, 1, at - 1), values) .. list .. filled(string.sub(text, at + 6), values)
end

-- So many things said, and no more.
local function remark(verdict, text)
  if #verdict.said < MOST_LISTED then verdict.said[#verdict.said + 1] = text end
end

-- For numbers without a fraction below 2^53, of any of Lua's kinds.
local function whole(number) return string.format("%d", number) end

-- Absent fields are nil, or NO_VAL where they are numbers: only text counts.
local function text_of(value)
  if type(value) == "string" and string.find(value, "%S") then return value end
  return nil
end

local function count_of(text)
  local digits, suffix = string.match(text, "^(%d+)([kKmMgGtT]?)$")
  if not digits then return nil end
  return math.min(tonumber(digits) * (MULTIPLES[string.lower(suffix)] or 1), MOST)
end

-- gres:gpu:TYPE:2 (22.05), gres/gpu:TYPE:2 and gres/gpu:TYPE=2 (23.11 and later), gpu. Slurm itself has refused other forms.
local function resource(word)
  -- what nearly all say
  local plain, number = string.match(word, "^gres[:/](%l+)[:=](%d+)$")
  if plain then
    if plain ~= "gpu" and plain ~= "shard" then return nil end
    number = math.min(tonumber(number), MOST)
    return number > 0 and { name = plain, count = number } or nil
  end
  local start = string.find(word, "%S")
  if not start then return nil end
  -- not "%s+$", which begins anew at each blank
  word = string.gsub(string.match(word, "^.*%S", start), "^gres[:/]", "")
  local name, rest = string.match(word, "^([%w_%-]+)(.*)$")
  if name ~= "gpu" and name ~= "shard" or rest ~= "" and not string.find(rest, "^[:=]") then return nil end
  rest = string.sub(rest, 2)
  local card, count = string.match(rest, "^([^:=]+)[:=]([^:=]+)$")
  if not card and rest ~= "" then
    if count_of(rest) then count = rest else card = rest end
  end
  count = count and count_of(count) or 1
  return count > 0 and { name = name, card = card, count = count } or nil
end

-- The fields without those that are too long to be looked at, which are told.
local function within(field, verdict)
  verdict.long = {}
  return function(name)
    local value = field(name)
    if type(value) ~= "string" or #value <= LONGEST_TEXT then return value end
    if not verdict.long[name] then
      verdict.long[name] = true
      remark(verdict, say("tooLong", value, whole(LONGEST_TEXT)))
    end
    return nil
  end
end

local function requests(field)
  local found = {}
  for _, name in ipairs(REQUESTS) do
    for word in string.gmatch(text_of(field(name)) or "", "[^,]+") do
      found[#found + 1] = resource(word)
    end
  end
  return found
end

