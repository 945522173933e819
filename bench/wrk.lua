-- Sends the calls of a file in turn. If it is given a number, it stops after so many requests.
--
--   wrk -s wrk.lua URL -- FILE NUMBER
--
-- A line of the file is a call: its method, path, API key and body, with tabs between them. The calls are prepared
-- before wrk begins, so that it has the same work with one call and with many.
local ffi = require("ffi")
ffi.cdef("int kill(int process, int signal); int getpid(void);")

local calls, sent, last, stopped = {}, 0, 0, false

function init(args)
  for line in io.lines(args[1]) do
    local method, path, key, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    local headers = {["Authorization"] = "Bearer " .. key}
    if body == "" then
      body = nil
    else
      headers["Content-Type"] = "application/json"
    end
    calls[#calls + 1] = wrk.format(method, path, headers, body)
  end
  if tonumber(args[2]) > 0 then
    last = tonumber(args[2]) + 1 -- wrk calls request once before it begins
  end
end

function request()
  sent = sent + 1
  if last > 0 and sent > last and not stopped then
    stopped = true
    wrk.thread:stop()
    ffi.C.kill(ffi.C.getpid(), 2) -- SIGINT: otherwise wrk sleeps until its duration is over, and counts all of that
  end
  return calls[(sent - 1) % #calls + 1]
end

function done(summary, latency)
  local e = summary.errors
  print(string.format("RESULT %d %d %f %f %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
