#pragma once

namespace espial {

/// Visitor of a std::variant from one lambda an alternative.
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace espial
