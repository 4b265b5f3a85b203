-- Gives a compiled job_submit.lua many thousand job descriptors, as slurmctld's C does: nil for what is unset, NO_VAL where it is a number, text of any
-- kind, and at times an error out of the C itself. Ends with 1 at the first answer that slurmctld could not use.
--   lua5.1 policy-fuzz.lua SCRIPT SEED COUNT
local file, seed, count = arg[1], tonumber(arg[2]), tonumber(arg[3])
math.randomseed(seed)
local random = math.random
local said, errors = 0, 0

-- as Slurm makes them: text through string.format
local function format(...)
  local text = string.format(...)
  if string.find(text, "[%z\1-\31\127]") then error("control characters for a terminal: " .. text) end
  return text
end
slurm = { SUCCESS = 0, ERROR = -1, log_info = format,
  log_user = function(...) format(...); said = said + 1 end,
  log_error = function(...) format(...); errors = errors + 1 end }

local function any(list) return list[random(#list)] end
local function junk()
  local letters = {}
  for i = 1, random(0, 40) do letters[i] = string.char(random(1, 255)) end
  return table.concat(letters)
end
local known = { "nvidia_geforce_rtx_4090", "nvidia_l4", "tesla_k80", "amd_instinct_mi210" }
local unknown = { "h100", "4090", "%s%n", "(", "[", "-" }
local function card() return random(8) == 1 and any(unknown) or any(known) end
local numbers = { "0", "1", "2", "23", "24", "999999999999", "1k", "7T", "-1", "1.5", "1e9", "" }
local function request()
  local words = {}
  for i = 1, random(3) == 1 and 3 or 1 do
    local word = any({ "gres:gpu", "gres/gpu", "gpu", "gres:gpu", "gres/gpu", "gres:shard", "gres/shard", "license", "gres:", "gres:craynetwork" })
    if random(2) == 1 then word = word .. any({ ":", "=" }) .. card() end
    if random(2) == 1 then word = word .. any({ ":", "=" }) .. any(numbers) end
    words[i] = random(20) == 1 and junk() or word
  end
  return table.concat(words, any({ ",", ", ", ",," }))
end
local function comment()
  local words = {}
  if random(3) == 1 then return any({ "sobre:vram=24G", "sobre:vram=11", "sobre:profile=sd21-finetune" }) end
  for i = 1, random(1, 4) do
    words[i] = any({ "sobre:vram=" .. any({ "24G", "24", "0.5g", "1e5", "999T", "-3", "nan", "inf", "0x18" }) .. any({ "", "", "B" }),
      "sobre:profile=" .. any({ "sd21-finetune", "sd21-infer", "qwen-7b-qlora", "nosuch", "", "%d", "__index" }), "sobre:allow-reduced", "sobre:", "a paper", junk() })
  end
  return random(200) == 1 and string.rep("sobre:x ", 9000) or table.concat(words, any({ " ", ",", ";" }))
end
local function constraint()
  return any({ "a", "a&b", "a|b", "(a|b)&c", "[a|b]", "a*2", "((", "vram_ge_24g", "vram_has_192g", "gpu_cc_ge_9_0", "&&", "|", "  ", junk(), string.rep("(", 5000) })
end
local function value(name)
  local dice = random(12)
  if dice == 1 then return 4294967294 elseif dice == 2 then return 1.8446744073709552e19 elseif dice == 3 then return "" elseif dice < 6 then return nil end
  if name == "comment" then return comment() end
  if name == "features" or name == "prefer" then return constraint() end
  if name == "mem_per_tres" then return any({ "gres:gpu:24576", "gres/gpu:1", "gres:gpu:", "gres:gpu:99999999999999999999", junk() }) end
  if string.find(name, "^tres_per_") then return request() end
  return nil
end

-- each field is the same at each look, as in a record
local function descriptor(fails)
  local fields, known, written = {}, {}, {}
  return setmetatable({}, {
    __index = function(_, name)
      if type(name) ~= "string" then error("a field's name is a string") end
      if fails and random(6) == 1 then error("from the C") end
      if not known[name] then fields[name], known[name] = value(name), true end
      return fields[name]
    end,
    __newindex = function(_, name, text)
      if type(text) ~= "string" then error("bad argument #3 to '?' (string expected)") end
      if name ~= "features" and name ~= "prefer" then error("wrote " .. name) end
      written[#written + 1] = text
    end,
  }), written
end

local function must(holds, round, what)
  if not holds then
    io.stderr:write("policy-fuzz: seed " .. seed .. ", descriptor " .. round .. ": " .. what .. "\n")
    os.exit(1)
  end
end

must(dofile(file) == slurm.SUCCESS, 0, "the script does not load")
local accepted, refused, constrained, failures = 0, 0, 0, 0
for round = 1, count do
  local fails = random(20) == 1
  local uid = random(10) == 1 and 0 or 1000
  local before = errors
  local job, written = descriptor(fails)
  local status
  if random(4) == 1 then status = slurm_job_modify(job, descriptor(fails), {}, uid) else status = slurm_job_submit(job, {}, uid) end
  must(type(status) == "number", round, "status " .. tostring(status))
  must(status == 0 or uid ~= 0, round, "root is refused")
  must(fails or errors == before, round, "a run-time error of the script itself")
  for _, text in ipairs(written) do must(#text > 0, round, "an empty constraint") end
  failures = failures + errors - before
  if status == 0 then accepted = accepted + 1 else refused = refused + 1 end
  if #written > 0 then constrained = constrained + 1 end
end
must(accepted > 0 and refused > 0 and constrained > 0 and said > 0, count, "nothing was tried")
print(string.format("%d descriptors: %d accepted, %d refused, %d with a constraint of ours; %d errors of the C, all answered", count, accepted, refused,
  constrained, failures))
