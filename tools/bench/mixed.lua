-- wrk script of tools/bench/load.py: requests random lines of a file, each "path<TAB>ETag", with an
-- optional ETag, and prints the result in one line.

local requests = {}
local count = 0

function setup(thread)
   count = count + 1
   thread:set("seed", count)
end

function init(args)
   math.randomseed(seed)
   for line in io.lines(args[1]) do
      local path, etag = line:match("([^\t]*)\t(.*)")
      local headers = {["Host"] = "localhost", ["Accept-Encoding"] = "gzip"}
      if etag ~= "" then headers["If-None-Match"] = etag end
      requests[#requests + 1] = wrk.format("GET", path, headers)
   end
end

function request()
   return requests[math.random(#requests)]
end

function done(summary, latency)
   local errors = summary.errors
   local broken = errors.connect + errors.read + errors.write + errors.timeout
   print(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration,
      latency:percentile(50), latency:percentile(99), errors.status, broken))
end
