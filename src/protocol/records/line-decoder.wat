;; Values of a batch's records (KIP-98) into lines, in the memory that the records lie in, and texts found there: what each
;; record costs a consumer that prints or searches. `node scripts/wasm.mjs` assembles it into line-decoder.wasm.ts.
(module
  (import "fetched" "memory" (memory 1))

  ;; What the last `decode` did: records taken, where the records and the lines go on, and the offset of the last one.
  (global $records (export "records") (mut i32) (i32.const 0))
  (global $recordsAt (export "recordsAt") (mut i32) (i32.const 0))
  (global $linesAt (export "linesAt") (mut i32) (i32.const 0))
  (global $offsetDelta (export "offsetDelta") (mut i32) (i32.const 0))

  ;; Behind every record: where reading goes on once a field was not well-formed.
  (global $nowhere i32 (i32.const 0x7fffffff))

  ;; A zigzag varint of 32 bits, and the address behind it.
  (func $varint (param $at i32) (result i32 i32)
    (local $byte i32) (local $raw i32) (local $shift i32)
    (block $bad
      (loop $next
        (local.set $byte (i32.load8_u (local.get $at)))
        (local.set $raw
          (i32.or (local.get $raw) (i32.shl (i32.and (local.get $byte) (i32.const 0x7f)) (local.get $shift))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.ge_u (local.get $byte) (i32.const 0x80))
          (then
            (local.set $shift (i32.add (local.get $shift) (i32.const 7)))
            (br_if $bad (i32.ge_u (local.get $shift) (i32.const 35)))
            (br $next))))
      (return
        (i32.xor
          (i32.shr_u (local.get $raw) (i32.const 1))
          (i32.sub (i32.const 0) (i32.and (local.get $raw) (i32.const 1))))
        (local.get $at)))
    (i32.const 0) (global.get $nowhere))

  ;; The address behind a varint of 64 bits.
  (func $behindVarlong (param $at i32) (result i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $at) (i32.const 10)))
    (loop $next
      (if (i32.lt_u (i32.load8_u (local.get $at)) (i32.const 0x80))
        (then (return (i32.add (local.get $at) (i32.const 1)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (global.get $nowhere))

  ;; The address behind so many bytes, which end by `end`; a negative number is a null, which has none.
  (func $behind (param $bytes i32) (param $at i32) (param $end i32) (result i32)
    (if (i32.le_s (local.get $bytes) (i32.const 0)) (then (return (local.get $at))))
    (select
      (i32.add (local.get $at) (local.get $bytes))
      (global.get $nowhere)
      (i32.le_s (local.get $bytes) (i32.sub (local.get $end) (local.get $at)))))

  ;; The address behind so many headers, which end by `end`.
  (func $behindHeaders (param $count i32) (param $at i32) (param $end i32) (result i32)
    (local $bytes i32)
    (block $bad
      (br_if $bad (i32.lt_s (local.get $count) (i32.const 0)))
      (loop $next
        (if (i32.eqz (local.get $count)) (then (return (local.get $at))))
        (br_if $bad (i32.ge_s (local.get $at) (local.get $end)))
        (call $varint (local.get $at))
        (local.set $at)
        (local.set $bytes)
        (br_if $bad (i32.lt_s (local.get $bytes) (i32.const 0)))
        (local.set $at (call $behind (local.get $bytes) (local.get $at) (local.get $end)))
        (br_if $bad (i32.ge_s (local.get $at) (local.get $end)))
        (call $varint (local.get $at))
        (local.set $at)
        (local.set $bytes)
        (local.set $at (call $behind (local.get $bytes) (local.get $at) (local.get $end)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (global.get $nowhere))

  ;; Takes records from `in` on until `most` are taken, the lines reach `enough`, or one comes that is to be taken by
  ;; itself: without a value, not well-formed, with an offset delta below `least` or from `before` on. `remaining` records
  ;; fill the bytes up to `end`. `out` is not behind `in`. Up to 16 bytes behind `end` are read, and mean nothing.
  ;; Varints that are mostly of one or two bytes are read in place, as a call costs more than that; none of those may be
  ;; negative, which the lowest bit says.
  (func (export "decode")
    (param $in i32) (param $end i32) (param $remaining i32) (param $most i32)
    (param $least i32) (param $before i32) (param $out i32) (param $enough i32)
    (local $bytes i32) (local $at i32) (local $recordEnd i32) (local $delta i32) (local $taken i32)
    (local $from i32) (local $valueEnd i32) (local $to i32)
    (block $done
      (loop $record
        (br_if $done (i32.ge_u (local.get $taken) (local.get $most)))
        (br_if $done (i32.ge_u (local.get $out) (local.get $enough)))
        (local.set $bytes (i32.load16_u (local.get $in)))
        (br_if $done (i32.and (local.get $bytes) (i32.const 1)))
        (if (i32.eqz (i32.and (local.get $bytes) (i32.const 0x80)))
          (then
            (local.set $bytes (i32.shr_u (i32.and (local.get $bytes) (i32.const 0x7e)) (i32.const 1)))
            (local.set $at (i32.add (local.get $in) (i32.const 1))))
          (else (if (i32.eqz (i32.and (local.get $bytes) (i32.const 0x8000)))
            (then
              (local.set $bytes
                (i32.or
                  (i32.shr_u (i32.and (local.get $bytes) (i32.const 0x7e)) (i32.const 1))
                  (i32.and (i32.shr_u (local.get $bytes) (i32.const 2)) (i32.const 0x1fc0))))
              (local.set $at (i32.add (local.get $in) (i32.const 2))))
            (else
              (call $varint (local.get $in))
              (local.set $at)
              (local.set $bytes)))))
        ;; All fields of a byte each.
        (br_if $done (i32.lt_s (local.get $bytes) (i32.const 6)))
        (br_if $done (i32.gt_s (local.get $bytes) (i32.sub (local.get $end) (local.get $at))))
        (local.set $recordEnd (i32.add (local.get $at) (local.get $bytes)))
        (if (i32.eq (local.get $remaining) (i32.const 1))
          (then (br_if $done (i32.ne (local.get $recordEnd) (local.get $end)))))
        ;; Behind the attributes.
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (if (i32.lt_u (i32.load8_u (local.get $at)) (i32.const 0x80))
          (then (local.set $at (i32.add (local.get $at) (i32.const 1))))
          (else (local.set $at (call $behindVarlong (local.get $at)))))
        (br_if $done (i32.ge_s (local.get $at) (local.get $recordEnd)))
        (local.set $delta (i32.load16_u (local.get $at)))
        (br_if $done (i32.and (local.get $delta) (i32.const 1)))
        (if (i32.eqz (i32.and (local.get $delta) (i32.const 0x80)))
          (then
            (local.set $delta (i32.shr_u (i32.and (local.get $delta) (i32.const 0x7e)) (i32.const 1)))
            (local.set $at (i32.add (local.get $at) (i32.const 1))))
          (else (if (i32.eqz (i32.and (local.get $delta) (i32.const 0x8000)))
            (then
              (local.set $delta
                (i32.or
                  (i32.shr_u (i32.and (local.get $delta) (i32.const 0x7e)) (i32.const 1))
                  (i32.and (i32.shr_u (local.get $delta) (i32.const 2)) (i32.const 0x1fc0))))
              (local.set $at (i32.add (local.get $at) (i32.const 2))))
            (else
              (call $varint (local.get $at))
              (local.set $at)
              (local.set $delta)))))
        (br_if $done (i32.ge_s (local.get $at) (local.get $recordEnd)))
        (br_if $done (i32.lt_s (local.get $delta) (local.get $least)))
        (br_if $done (i32.ge_s (local.get $delta) (local.get $before)))
        ;; The key, mostly none.
        (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 1))
          (then (local.set $at (i32.add (local.get $at) (i32.const 1))))
          (else
            (call $varint (local.get $at))
            (local.set $at)
            (local.set $bytes)
            (local.set $at (call $behind (local.get $bytes) (local.get $at) (local.get $recordEnd)))))
        (br_if $done (i32.ge_s (local.get $at) (local.get $recordEnd)))
        (local.set $bytes (i32.load16_u (local.get $at)))
        (br_if $done (i32.and (local.get $bytes) (i32.const 1)))
        (if (i32.eqz (i32.and (local.get $bytes) (i32.const 0x80)))
          (then
            (local.set $bytes (i32.shr_u (i32.and (local.get $bytes) (i32.const 0x7e)) (i32.const 1)))
            (local.set $at (i32.add (local.get $at) (i32.const 1))))
          (else (if (i32.eqz (i32.and (local.get $bytes) (i32.const 0x8000)))
            (then
              (local.set $bytes
                (i32.or
                  (i32.shr_u (i32.and (local.get $bytes) (i32.const 0x7e)) (i32.const 1))
                  (i32.and (i32.shr_u (local.get $bytes) (i32.const 2)) (i32.const 0x1fc0))))
              (local.set $at (i32.add (local.get $at) (i32.const 2))))
            (else
              (call $varint (local.get $at))
              (local.set $at)
              (local.set $bytes)))))
        (local.set $from (local.get $at))
        (local.set $valueEnd (call $behind (local.get $bytes) (local.get $from) (local.get $recordEnd)))
        (br_if $done (i32.ge_s (local.get $valueEnd) (local.get $recordEnd)))
        (if (i32.load8_u (local.get $valueEnd))
          (then
            (call $varint (local.get $valueEnd))
            (local.set $at)
            (local.set $bytes)
            (local.set $at (call $behindHeaders (local.get $bytes) (local.get $at) (local.get $recordEnd))))
          (else (local.set $at (i32.add (local.get $valueEnd) (i32.const 1)))))
        (br_if $done (i32.ne (local.get $at) (local.get $recordEnd)))
        (local.set $bytes (i32.sub (local.get $valueEnd) (local.get $from)))
        (local.set $to (local.get $out))
        (local.set $out (i32.add (local.get $out) (local.get $bytes)))
        (if (i32.lt_u (i32.sub (local.get $from) (local.get $to)) (i32.const 16))
          (then (memory.copy (local.get $to) (local.get $from) (local.get $bytes)))
          (else
            ;; 16 bytes a step: what is overwritten behind the value's end was read before.
            (loop $step
              (if (i32.lt_u (local.get $from) (local.get $valueEnd))
                (then
                  (v128.store (local.get $to) (v128.load (local.get $from)))
                  (local.set $to (i32.add (local.get $to) (i32.const 16)))
                  (local.set $from (i32.add (local.get $from) (i32.const 16)))
                  (br $step))))))
        (i32.store8 (local.get $out) (i32.const 0x0a))
        (local.set $out (i32.add (local.get $out) (i32.const 1)))
        (global.set $offsetDelta (local.get $delta))
        (local.set $in (local.get $recordEnd))
        (local.set $remaining (i32.sub (local.get $remaining) (i32.const 1)))
        (local.set $taken (i32.add (local.get $taken) (i32.const 1)))
        (br $record)))
    (global.set $records (local.get $taken))
    (global.set $recordsAt (local.get $in))
    (global.set $linesAt (local.get $out)))

  ;; The first address from `at` on where a text lies that ends by `end`; -1 for none. 16 addresses a step: the text's first
  ;; and last letters are looked for together, the rest only where both are. Up to 16 bytes behind `end` are read.
  (func (export "find") (param $at i32) (param $end i32) (param $text i32) (param $length i32) (result i32)
    (local $first v128) (local $last v128) (local $lastAt i32) (local $places i32) (local $place i32) (local $same i32)
    (local.set $first (i8x16.splat (i32.load8_u (local.get $text))))
    (local.set $last
      (i8x16.splat (i32.load8_u (i32.sub (i32.add (local.get $text) (local.get $length)) (i32.const 1)))))
    (local.set $lastAt (i32.sub (local.get $end) (local.get $length)))
    (loop $step
      (if (i32.gt_s (local.get $at) (local.get $lastAt)) (then (return (i32.const -1))))
      (local.set $places
        (i8x16.bitmask
          (v128.and
            (i8x16.eq (v128.load (local.get $at)) (local.get $first))
            (i8x16.eq
              (v128.load (i32.sub (i32.add (local.get $at) (local.get $length)) (i32.const 1)))
              (local.get $last)))))
      (block $none
        (loop $candidate
          (br_if $none (i32.eqz (local.get $places)))
          (local.set $place (i32.add (local.get $at) (i32.ctz (local.get $places))))
          (if (i32.gt_s (local.get $place) (local.get $lastAt)) (then (return (i32.const -1))))
          (local.set $same (i32.const 1))
          (block $differs
            (loop $letter
              (if (i32.ge_u (local.get $same) (local.get $length)) (then (return (local.get $place))))
              (br_if $differs
                (i32.ne
                  (i32.load8_u (i32.add (local.get $place) (local.get $same)))
                  (i32.load8_u (i32.add (local.get $text) (local.get $same)))))
              (local.set $same (i32.add (local.get $same) (i32.const 1)))
              (br $letter)))
          (local.set $places (i32.and (local.get $places) (i32.sub (local.get $places) (i32.const 1))))
          (br $candidate)))
      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $step))
    (i32.const -1)))
