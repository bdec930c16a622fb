-- wrk: posts the lines of $BODIES in turn to $REQUEST_PATH and counts answers that are not 200 or hold errors.
local bodies, at, threads = {}, 0, {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init()
  for line in io.lines(os.getenv("BODIES")) do
    bodies[#bodies + 1] = wrk.format("POST", os.getenv("REQUEST_PATH"), { ["Content-Type"] = "application/json" }, line)
  end
  at = number * 37
  bad = 0
end

function request()
  at = at + 1
  return bodies[at % #bodies + 1]
end

function response(status, _, body)
  if status ~= 200 or body:find('"errors"', 1, true) then bad = bad + 1 end
end

function done(summary, latency)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do bad = bad + (thread:get("bad") or 0) end
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), bad))
end
