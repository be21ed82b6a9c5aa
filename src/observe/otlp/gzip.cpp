#include "observe/otlp/gzip.h"

#include <zlib.h>

#include <climits>
#include <system_error>

#include <millrace/assert.h>

namespace millrace::observe {

Result<std::string> gzipped(std::string_view body) {
  constexpr int kGzip = 16;  // added to the window's size it asks for this format
  MILLRACE_ASSERT(body.size() <= UINT_MAX / 2);
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzip, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
    return fail(Error(std::make_error_code(std::errc::not_enough_memory), "a request could not be compressed"));
  std::string out(deflateBound(&stream, static_cast<uLong>(body.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));  // zlib reads it only
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = deflate(&stream, Z_FINISH);
  MILLRACE_ASSERT(ended == Z_STREAM_END);  // deflateBound() promises the space
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace millrace::observe
