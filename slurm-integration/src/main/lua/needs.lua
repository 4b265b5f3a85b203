-- What a job's comment asks for, and which words of a constraint that is.

-- The smallest rung of the ladder that is no less; nil above the last.
local function rung(gigabytes)
  for _, size in ipairs(site.ladder) do
    if size >= gigabytes then return size end
  end
  return nil
end

-- A card "has N GB" if it has 0.99 N 10^9 bytes; megabytes nil where nobody tells them.
local function holds(megabytes, gigabytes) return megabytes ~= nil and megabytes >= gigabytes * 990 end

-- The rung to ask nodes for: the one above, if any card has it; else the one below, if each card that has that has as much as is asked for too (an
-- H200 has 141 GB, its rung is 140). Above the ladder the size itself, which is no rung.
local function rung_of(gigabytes)
  local above, below, such, others = rung(gigabytes), nil, false, false
  for _, size in ipairs(site.ladder) do
    if size <= gigabytes then below = size end
  end
  for _, card in pairs(site.cards) do
    if above and (card.most or 0) >= above then return above end
    if below and (card.most or 0) >= below then
      if holds(card.leastMB, gigabytes) then such = true else others = true end
    end
  end
  return such and not others and below or above or math.ceil(gigabytes)
end

local function by_memory(a, b)
  local more, less = site.cards[a].most or 0, site.cards[b].most or 0
  if more ~= less then return more > less end
  return a < b
end

-- Types of cards, largest first, for a person: nvidia_l4 (24 GB), tesla_k80 (11 GB)
local function listed(holds)
  local names, words = {}, {}
  for name, card in pairs(site.cards) do
    if holds(name, card) then names[#names + 1] = name end
  end
  table.sort(names, by_memory)
  for i = 1, math.min(#names, MOST_LISTED) do
    local most = site.cards[names[i]].most
    words[i] = most and names[i] .. " (" .. whole(most) .. " GB)" or names[i]
  end
  if #names > MOST_LISTED then words[#words + 1] = "..." end
  return table.concat(words, ", "), #names
end

local function everything() return true end

local function all_cards()
  local list, count = listed(everything)
  return count > 0 and list or site.text.none
end

-- What the words "sobre:..." of the comment ask for: { what, gigabytes, rung, vendors, capability }, nil if nothing; and a refusal or what else to say.
local function profile_need(name, reduced, verdict)
  local profile = site.profiles[name]
  if not profile then
    verdict.unknown = say("unknownProfile", name)
    return nil
  end
  if profile.device == "cpu" then return nil end
  local cards = reduced and profile.reduced or profile.whole
  if not cards then
    verdict.refused = verdict.refused
      or say(profile.reduced and "onlyReduced" or "fitsNowhere", name, whole(profile.reduced and profile.reduced.class or 0))
    return nil
  end
  local smaller = not reduced and profile.reduced and profile.reduced.class < cards.class
  return { what = name, gigabytes = cards.class, rung = cards.class, leastMB = cards.leastMB, vendors = profile.vendors,
    capability = cards.capability or 0, reduced = smaller and profile.reduced.class or nil }
end

local function memory_need(value, verdict)
  local digits = #value <= 16 and string.match(value, "^(%d+%.?%d*)[gG]?[bB]?$")
  local gigabytes = digits and tonumber(digits)
  if not gigabytes or gigabytes <= 0 then
    verdict.refused = verdict.refused or say("badMemory", value)
    return nil
  end
  return { what = "sobre:vram=" .. value, gigabytes = gigabytes, rung = rung_of(gigabytes), leastMB = gigabytes * 990, capability = 0 }
end

-- The larger memory of two, and what either else demands.
local function both(a, b)
  if not a or not b then return a or b end
  local vendors = a.vendors or b.vendors
  if a.vendors and b.vendors then
    vendors = {}
    for name in pairs(a.vendors) do vendors[name] = b.vendors[name] end
  end
  local more = a.gigabytes >= b.gigabytes and a or b
  return { what = more.what, gigabytes = more.gigabytes, rung = more.rung, leastMB = math.max(a.leastMB, b.leastMB), vendors = vendors,
    capability = math.max(a.capability, b.capability), reduced = more.reduced }
end

-- The words of a comment that are for us. The rest is the user's: the number of a run, say, which makes no other request.
local function own_words(comment)
  if not string.find(comment, "[sS][oO][bB][rR][eE]:") then return "" end
  local words = {}
  for word in string.gmatch(string.sub(comment, 1, LONGEST_TEXT), "[^%s,;]+") do
    -- a sentence may end behind it
    if string.find(word, "^[sS][oO][bB][rR][eE]:") then words[#words + 1] = string.match(word, "^.*[^.]") end
  end
  return table.concat(words, " ")
end

local function need_of(own, verdict)
  local need, names, reduced = nil, {}, false
  for word in string.gmatch(own, "%S+") do
    local key, equals, value = string.match(word, "^([%w-]+)(=?)(.*)$", 7)
    key = key and string.lower(key)
    if key == "profile" then names[#names + 1] = value
    elseif key == "vram" then need = both(need, memory_need(value, verdict))
    elseif key == "allow-reduced" and equals == "" and value == "" then reduced = true
    else remark(verdict, say("unknownWord", word))
    end
  end
  for _, name in ipairs(names) do need = both(need, profile_need(name, reduced, verdict)) end
  return need
end

-- Whether a card's kind will do; compute capability is NVIDIA's, and where it is not known it does not reach any.
local function suits(vendor, capability, need)
  if need.vendors and vendor and not need.vendors[vendor] then return false end
  return vendor ~= "nvidia" or capability >= need.capability
end

-- Whether a card is large enough, by its own memory: its rung may be below the profile's class, which holds for all cards of a class.
local function suffices(card, need) return not card.mostMB or card.mostMB >= need.leastMB end

local function answers(card, need)
  return suffices(card, need) and suits(card.vendor, card.capability or 0, need)
end

-- Whether any card of a node will do; a node's "ge" holds for each of its cards.
local function node_answers(node, need)
  if node.ge < need.rung then return false end
  for vendor in pairs(node.vendors) do
    if not suits(vendor, node.capability, need) then return false end
  end
  return true
end

-- The word of the constraint for vendor and generation, of those that a node here has: Slurm refuses a word that none has. nil if any card will do.
local function kind_word(need, vendors)
  local words = {}
  if vendors.nvidia and need.capability > 0 then words[1] = "gpu_cc_ge_" .. site.capabilities[need.capability]
  elseif vendors.nvidia and need.vendors and not need.vendors.amd then words[1] = "gpu_vendor_nvidia" end
  if vendors.amd and (need.capability > 0 or need.vendors and not need.vendors.nvidia) then words[#words + 1] = "gpu_vendor_amd" end
  return #words == 2 and "(" .. words[1] .. "|" .. words[2] .. ")" or words[1]
end

-- The words of the constraint for cards of any type: whichever a node gives must do.
local function untyped(need, verdict)
  local vendors, found = {}, false
  for _, node in ipairs(site.nodes) do
    if node_answers(node, need) then
      found = true
      for vendor in pairs(node.vendors) do vendors[vendor] = true end
    end
  end
  if found then return { "vram_ge_" .. whole(need.rung) .. "g", kind_word(need, vendors) } end
  local list, count = listed(function(_, card) return answers(card, need) end)
  local key = count > 0 and "byType" or (need.vendors or need.capability > 0) and "noSuchCard" or "noCard"
  verdict.refused = verdict.refused or say_list(count > 0 and list or all_cards(), key, need.what, whole(need.rung))
  return {}
end

-- The same where the type says which card it is: the node may have smaller ones beside it. A word that no node with the type has would do harm.
local function typed(need, types, verdict)
  local size, prefix, told = need.rung, "vram_has_", false
  for name in pairs(types) do
    local card = site.cards[name]
    if card and not answers(card, need) then
      local list, count = listed(function(_, other) return answers(other, need) end)
      local key = not suffices(card, need) and "typeTooSmall" or "typeUnsuitable"
      verdict.refused = verdict.refused
        or say_list(count > 0 and list or site.text.none, key, name, whole(card.most or 0), need.what, whole(need.rung))
      return {}
    end
    size = math.min(size, card and card.most or size)
  end
  for name in pairs(types) do
    local card, always, sometimes, has = site.cards[name], true, false, false
    for _, node in ipairs(site.nodes) do
      if node.types[name] then
        always = always and node.ge >= size
        sometimes = sometimes or node.ge >= size
        has = has or node.has >= size
      end
    end
    -- a type of which there are cards of several sizes: only "ge" tells which one it will be
    if card and sometimes and (always or (card.least or 0) < size) then prefix = "vram_ge_" end
    if card and not has then remark(verdict, say("memoryUntold", name, need.what)) end
    told = told or has
  end
  return told and size > 0 and { prefix .. whole(size) .. "g" } or {}
end

