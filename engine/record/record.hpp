#pragma once
#include "proto/espial/v1/record.pb.h"

/// What an event is: the protobuf record of proto/espial/v1 is the one form in which events travel
/// through the engine, its ring, the spool and the stream. A worker fills one reused Record
/// (protobuf keeps the memory of cleared fields), so a record costs no allocation once the worker
/// is warm; renderings (EVE, ipsec.log) are made from it elsewhere.
namespace espial::record {

using Record = v1::Record;

/// Where a worker's records go: its ring in the daemon, the log files in replay, a vector in tests.
/// Owned by the caller; called on the worker's thread; must not block and must not keep the
/// reference.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  Sink(Sink&&) = delete;
  Sink& operator=(Sink&&) = delete;
  virtual ~Sink() = default;
  virtual void emit(const Record& record) = 0;
};

}  // namespace espial::record
