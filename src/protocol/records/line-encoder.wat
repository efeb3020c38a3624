;; Lines of text into the records of a batch v2 (KIP-98), without keys: what each line of a file costs a producer.
;; `node scripts/wasm.mjs` assembles it into line-encoder.wasm.ts.
(module
  (memory (export "memory") 1 1024)

  ;; What the last `encode` did: records, where the input goes on, where the batch goes on.
  (global $records (export "records") (mut i32) (i32.const 0))
  (global $inputAt (export "inputAt") (mut i32) (i32.const 0))
  (global $outputAt (export "outputAt") (mut i32) (i32.const 0))

  ;; Bytes of an unsigned varint.
  (func $size (param $raw i32) (result i32)
    (if (i32.lt_u (local.get $raw) (i32.const 0x80)) (then (return (i32.const 1))))
    (if (i32.lt_u (local.get $raw) (i32.const 0x4000)) (then (return (i32.const 2))))
    (if (i32.lt_u (local.get $raw) (i32.const 0x200000)) (then (return (i32.const 3))))
    (select (i32.const 4) (i32.const 5) (i32.lt_u (local.get $raw) (i32.const 0x10000000))))

  ;; Writes an unsigned varint; answers the address behind it.
  (func $put (param $at i32) (param $raw i32) (result i32)
    (loop $next
      (if (i32.ge_u (local.get $raw) (i32.const 0x80))
        (then
          (i32.store8 (local.get $at) (i32.or (local.get $raw) (i32.const 0x80)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $raw (i32.shr_u (local.get $raw) (i32.const 7)))
          (br $next))))
    (i32.store8 (local.get $at) (local.get $raw))
    (i32.add (local.get $at) (i32.const 1)))

  ;; The address of the next `byte` from `at` on, or `end`; 16 bytes a step.
  (func $find (param $at i32) (param $end i32) (param $byte i32) (result i32)
    (local $wanted v128) (local $bits i32)
    (local.set $wanted (i8x16.splat (local.get $byte)))
    (block $tail
      (loop $step
        (br_if $tail (i32.gt_u (i32.add (local.get $at) (i32.const 16)) (local.get $end)))
        (local.set $bits (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (local.get $wanted))))
        (if (local.get $bits)
          (then (return (i32.add (local.get $at) (i32.ctz (local.get $bits))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $step)))
    (loop $step
      (if (i32.ge_u (local.get $at) (local.get $end)) (then (return (local.get $end))))
      (if (i32.eq (i32.load8_u (local.get $at)) (local.get $byte)) (then (return (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $step))
    unreachable)

  ;; Encodes whole lines from `in` on until `most` records are made, no further line ends before `inEnd`, the next record
  ;; would not end by `outEnd`, or the batch has reached `outEnough`. `offsetDelta` is that of the first record; `timestamp`
  ;; is their timestamp delta, zigzag; their header section is the `headerBytes` bytes at `headers`.
  (func (export "encode")
    (param $in i32) (param $inEnd i32) (param $delimiter i32)
    (param $out i32) (param $outEnd i32) (param $outEnough i32)
    (param $offsetDelta i32) (param $most i32) (param $timestamp i32) (param $headers i32) (param $headerBytes i32)
    (local $first i32) (local $lineEnd i32) (local $valueBytes i32) (local $bodyBytes i32) (local $offset i32)
    (local $fixedBytes i32)
    (local.set $first (local.get $offsetDelta))
    ;; Attributes, timestamp, no key, headers.
    (local.set $fixedBytes
      (i32.add (i32.add (i32.const 2) (call $size (local.get $timestamp))) (local.get $headerBytes)))
    (block $done
      (loop $line
        (br_if $done (i32.ge_u (i32.sub (local.get $offsetDelta) (local.get $first)) (local.get $most)))
        (br_if $done (i32.ge_u (local.get $out) (local.get $outEnough)))
        (local.set $lineEnd (call $find (local.get $in) (local.get $inEnd) (local.get $delimiter)))
        (br_if $done (i32.eq (local.get $lineEnd) (local.get $inEnd)))
        (local.set $valueBytes (i32.sub (local.get $lineEnd) (local.get $in)))
        ;; Zigzag of what is not negative is twice of it.
        (local.set $offset (i32.shl (local.get $offsetDelta) (i32.const 1)))
        (local.set $bodyBytes
          (i32.add
            (i32.add (local.get $fixedBytes) (call $size (local.get $offset)))
            (i32.add (call $size (i32.shl (local.get $valueBytes) (i32.const 1))) (local.get $valueBytes))))
        (br_if $done
          (i32.gt_u
            (i32.add (local.get $bodyBytes) (call $size (i32.shl (local.get $bodyBytes) (i32.const 1))))
            (i32.sub (local.get $outEnd) (local.get $out))))
        (local.set $out (call $put (local.get $out) (i32.shl (local.get $bodyBytes) (i32.const 1))))
        (i32.store8 (local.get $out) (i32.const 0))
        (local.set $out (call $put (i32.add (local.get $out) (i32.const 1)) (local.get $timestamp)))
        (local.set $out (call $put (local.get $out) (local.get $offset)))
        ;; A key of -1 bytes: null.
        (i32.store8 (local.get $out) (i32.const 1))
        (local.set $out
          (call $put (i32.add (local.get $out) (i32.const 1)) (i32.shl (local.get $valueBytes) (i32.const 1))))
        (memory.copy (local.get $out) (local.get $in) (local.get $valueBytes))
        (local.set $out (i32.add (local.get $out) (local.get $valueBytes)))
        (memory.copy (local.get $out) (local.get $headers) (local.get $headerBytes))
        (local.set $out (i32.add (local.get $out) (local.get $headerBytes)))
        (local.set $in (i32.add (local.get $lineEnd) (i32.const 1)))
        (local.set $offsetDelta (i32.add (local.get $offsetDelta) (i32.const 1)))
        (br $line)))
    (global.set $records (i32.sub (local.get $offsetDelta) (local.get $first)))
    (global.set $inputAt (local.get $in))
    (global.set $outputAt (local.get $out))))
