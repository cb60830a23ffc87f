-- SPDX-License-Identifier: MIT
-- wrk: GET /api/v1/me as many users in turn; argument 1 is a file with one initData a line.
local requests = {}
local at = 0

function init(args)
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", "/api/v1/me", {["Authorization"] = "tma " .. line})
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, calls)
  io.write(string.format('{"requests":%d,"us":%d,"non2xx":%d,"p50_us":%d,"p99_us":%d}\n', summary.requests,
    summary.duration, summary.errors.status, latency:percentile(50), latency:percentile(99)))
end
