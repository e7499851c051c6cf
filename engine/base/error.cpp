#include "engine/base/error.hpp"

#include <system_error>

namespace espial {

std::string errno_text(int code) {
  return std::generic_category().message(code);
}

}  // namespace espial
