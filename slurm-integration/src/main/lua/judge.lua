-- The verdict on a job, and what becomes of it.

-- What no card of the table has; a site whose table need not have all cards has it only said.
local function missing(verdict, text)
  if site.options.unknownCard == "accept" then remark(verdict, text)
  else verdict.refused = verdict.refused or text end
end

-- More shares than one GPU has: Slurm, which adds up a node's, would let the job wait for ever.
local function check_shares(asked, verdict)
  local most = site.shards
  if asked.card and site.cards[asked.card] then most = site.cards[asked.card].shards or 0 end
  if asked.count <= most then return end
  local request = "shard:" .. (asked.card and asked.card .. ":" or "") .. whole(asked.count)
  local text = say(most > 0 and "tooManyShares" or "noShares", request, whole(most))
  -- where nothing here is shared, Slurm refuses it itself if nothing elsewhere is
  if not asked.card and most == 0 then missing(verdict, text) else verdict.refused = verdict.refused or text end
end

-- Shares that hold less than the job says it needs.
local function check_promise(asked, need, verdict)
  local least = nil
  for name, card in pairs(site.cards) do
    if card.share and (not asked.card or asked.card == name) then least = math.min(least or card.share, card.share) end
  end
  if least and asked.count * least * 1.048576 < need.rung * 990 then
    remark(verdict, say("fewShares", whole(asked.count), whole(asked.count * least), need.what, whole(need.rung)))
  end
end

local function check_cards(found, verdict)
  local types, any_untyped = {}, false
  for _, asked in ipairs(found) do
    if asked.card then types[asked.card] = true else any_untyped = true end
    if asked.card and not site.cards[asked.card] then
      if #verdict.said < MOST_LISTED and not verdict.refused then
        missing(verdict, say_list(all_cards(), "unknownCard", asked.name .. ":" .. asked.card))
      end
    elseif asked.name == "shard" then
      check_shares(asked, verdict)
    end
  end
  return types, any_untyped
end

-- --mem-per-gpu is main memory; who gives it and says nothing of video memory may have meant that.
local function warn_of_memory(field, need, types, verdict)
  local memory = text_of(field("mem_per_tres"))
  local asked = memory and string.match(memory, "gres[:/]gpu[:=](%d+)")
  local constraint = text_of(field("features")) or ""
  if asked and site.options.memPerGpu == "warn" and not need and not next(types) and not string.find(constraint, "vram_", 1, true) then
    local size = rung(tonumber(asked) / 1024) or site.ladder[#site.ladder]
    remark(verdict, say("memPerGpu", asked, whole(size)))
  end
end

-- Pure: all(name) gives a job's field, of the comment our own words. { refused, said = {...}, features }, absent where nothing is to be done.
local function judge(all)
  local verdict = { said = {} }
  local field = within(all, verdict)
  local found = requests(field)
  local types, any_untyped = check_cards(found, verdict)
  local need = need_of(text_of(field("comment")) or "", verdict)
  if verdict.unknown then
    if site.options.unknownProfile == "refuse" then verdict.refused = verdict.refused or verdict.unknown
    else remark(verdict, verdict.unknown) end
  end
  warn_of_memory(field, need, types, verdict)
  if not need then return verdict end
  if #found == 0 then
    remark(verdict, say("noGpu", need.what))
    return verdict
  end
  local ours = any_untyped and untyped(need, verdict) or {}
  if next(types) then
    for _, word in ipairs(typed(need, types, verdict)) do
      if not ours[1] or not implies(ours[1], word) then table.insert(ours, 1, word) end
    end
  end
  for _, asked in ipairs(found) do
    if asked.name == "shard" then check_promise(asked, need, verdict) end
  end
  if verdict.refused then
    if need.reduced then verdict.refused = verdict.refused .. say("orReduced", whole(need.reduced)) end
    return verdict
  end
  constrain(verdict, field, ours)
  if verdict.features then
    local constraint = shown(verdict.features, LONGEST_CONSTRAINT)
    verdict.said[#verdict.said + 1] = say_list(constraint, "constrained", need.what, whole(need.rung))
  end
  return verdict
end

-- What was found of the last requests: a script is submitted many times, and judging costs ten times as much as looking here. A verdict is not changed.
local kept, how_many = {}, 0

local function judged(field)
  local texts, of = {}, {}
  for i, name in ipairs(JUDGED) do
    local value = field(name)
    value = type(value) == "string" and value or ""
    if name == "comment" then value = own_words(value) end
    texts[i], of[name] = value, value
  end
  local key = table.concat(texts, "\0")
  local verdict = kept[key]
  if not verdict then
    verdict = judge(function(name) return of[name] end)
    if #key <= LONGEST_KEPT then
      if how_many >= MOST_KEPT then kept, how_many = {}, 0 end
      kept[key], how_many = verdict, how_many + 1
    end
  end
  return verdict
end

local function tell(text) slurm.log_user("%s", "sobre: " .. text) end

-- uid 0 is never refused: its jobs and its changes are somebody's repairs.
local function apply(job, verdict, uid)
  for _, text in ipairs(verdict.said) do tell(text) end
  if verdict.refused then
    tell(verdict.refused)
    if uid ~= 0 then return REFUSED end
    tell(site.text.rootIsNot)
  end
  if verdict.features then job.features = verdict.features end
  return slurm.SUCCESS
end

local function guarded(uid, work)
  local done, result = pcall(work)
  if done then return result end
  sobre.failures = sobre.failures + 1
  pcall(slurm.log_error, "%s", "sobre: job_submit.lua: run-time error " .. whole(sobre.failures) .. " since it was loaded, jobs are "
    .. (site.options.onError == "refuse" and "refused: " or "accepted as they are: ") .. shown(result))
  if site.options.onError == "refuse" and uid ~= 0 then
    pcall(tell, site.text.ownError)
    return slurm.ERROR
  end
  return slurm.SUCCESS
end

function sobre.submit(job, _, uid)
  return guarded(uid, function() return apply(job, judged(function(name) return job[name] end), uid) end)
end

-- A change of what was asked for is judged as the job would be with it; of anything else, a hold, a comment, a time limit, nothing is said.
function sobre.modify(job, record, _, uid)
  return guarded(uid, function()
    local changed = job.features ~= nil
    for _, name in ipairs(REQUESTS) do changed = changed or job[name] ~= nil end
    if uid == 0 or not changed then return slurm.SUCCESS end
    local function field(name)
      local value = job[name]
      if value == nil and name ~= "mem_per_tres" then value = record[name] end
      return value
    end
    return apply(job, judged(field), uid)
  end)
end
