-- Two constraints as one.

-- Whether a word of the user's own constraint says as much as one of ours.
local function implies(theirs, ours)
  if theirs == ours then return true end
  local one, other = string.match(ours, "^%(([^|]+)|([^|]+)%)$")
  if one then return implies(theirs, one) or implies(theirs, other) end
  local size = tonumber(string.match(ours, "^vram_%a+_(%d+)g$"))
  if size then
    local kind, has = string.match(theirs, "^vram_(%a+)_(%d+)g$")
    return kind ~= nil and (kind == "ge" or string.find(ours, "^vram_has_") ~= nil) and tonumber(has) >= size
  end
  if ours == "gpu_vendor_nvidia" then return string.find(theirs, "^gpu_cc_ge_") ~= nil end
  local major, minor = string.match(ours, "^gpu_cc_ge_(%d+)_(%d+)$")
  local their_major, their_minor = string.match(theirs, "^gpu_cc_ge_(%d+)_(%d+)$")
  if not major or not their_major then return false end
  return tonumber(their_major) * 1000 + tonumber(their_minor) >= tonumber(major) * 1000 + tonumber(minor)
end

-- Two constraints as one; nil where theirs cannot be joined: Slurm knows no nested parentheses, and brackets and counts are about several nodes. It takes
-- an operator at the end, and refuses what is joined to that; and bars beside ampersands it reads in an order of its own.
local function joined(theirs, ours)
  if string.find(theirs, "[%[%]%*]") or string.find(theirs, "[&|,]$") then return nil end
  local outside, groups = string.gsub(theirs, "%([^()]*%)", "")
  if string.find(outside, "[()]") then return nil end
  local alternatives = string.find(outside, "|", 1, true)
  if alternatives and (groups > 0 or string.find(outside, "[&,]")) then return nil end
  local words = {}
  for _, word in ipairs(ours) do
    local said = string.sub(word, 1, 1) == "(" and string.find(theirs, word, 1, true) ~= nil
    if not alternatives then
      for their in string.gmatch(outside, "[^&,%s]+") do said = said or implies(their, word) end
    end
    if not said then words[#words + 1] = word end
  end
  if #words == 0 then return theirs end
  return (alternatives and "(" .. theirs .. ")" or theirs) .. "&" .. table.concat(words, "&")
end

-- What the job's constraint becomes, if another; --prefer is its owner's alone.
local function constrain(verdict, field, ours)
  local theirs = text_of(field("features"))
  if #ours == 0 then return end
  if verdict.long.features then
    verdict.said[#verdict.said + 1] = say("byHand", "-C", table.concat(ours, "&"))
    return
  end
  if not theirs then
    verdict.features = table.concat(ours, "&")
    return
  end
  -- not "^%s*(.-)%s*$", which looks at all that follows from each blank
  theirs = string.match(theirs, "^.*%S", string.find(theirs, "%S"))
  local result = joined(theirs, ours)
  if not result then
    verdict.said[#verdict.said + 1] = say("byHand", theirs, table.concat(ours, "&"))
  elseif result ~= theirs then
    verdict.features = result
  end
end

