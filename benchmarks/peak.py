"""The peak of one core: double-precision fused multiply-adds with nothing else to do."""

from __future__ import annotations

import ctypes
import time

LANES, CHAINS, TURNS = 8, 12, 2_000_000


def peak_flops(tries: int = 40) -> float:
    """Floating-point operations in a second (a fused multiply-add is two), the best of several tries, on one core."""
    spent = []
    engine, function = _compile()
    for _ in range(tries):
        begin = time.perf_counter()
        function(TURNS)
        spent.append(time.perf_counter() - begin)
    del engine
    return 2.0 * LANES * CHAINS * TURNS / min(spent)


def _source() -> str:
    """Independent chains x = x a + b, enough to hide the latency of each; the vectors are cut to the core's width."""
    vector = f"<{LANES} x double>"
    loops = [f"  %x{k} = phi {vector} [ %s{k}, %entry ], [ %n{k}, %loop ]" for k in range(CHAINS)]
    steps = [
        f"  %n{k} = call {vector} @llvm.fma.v{LANES}f64({vector} %x{k}, {vector} %a, {vector} %b)"
        for k in range(CHAINS)
    ]
    sums = [f"  %t{k + 1} = fadd {vector} %t{k}, %n{k + 1}" for k in range(CHAINS - 1)]
    starts = [f"  %s{k} = insertelement {vector} zeroinitializer, double {k + 1}.0, i32 0" for k in range(CHAINS)]
    broadcast = f"  %{{0}}1 = insertelement {vector} undef, double {{1}}, i32 0\n" + (
        f"  %{{0}} = shufflevector {vector} %{{0}}1, {vector} undef, <{LANES} x i32> zeroinitializer"
    )
    return "\n".join(
        [
            f"declare {vector} @llvm.fma.v{LANES}f64({vector}, {vector}, {vector})",
            "define double @chains(i64 %turns) {",
            "entry:",
            broadcast.format("a", "0.5"),
            broadcast.format("b", "0.25"),
            *starts,
            "  br label %loop",
            "loop:",
            "  %i = phi i64 [ 0, %entry ], [ %j, %loop ]",
            *loops,
            *steps,
            "  %j = add i64 %i, 1",
            "  %more = icmp slt i64 %j, %turns",
            "  br i1 %more, label %loop, label %done",
            "done:",
            f"  %t0 = fadd {vector} %n0, zeroinitializer",
            *sums,
            f"  %r = extractelement {vector} %t{CHAINS - 1}, i32 0",
            "  ret double %r",
            "}",
        ]
    )


def _compile() -> tuple[object, ctypes._FuncPointer]:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    # LLVM prefers half the width on processors whose clock once dropped with the full one
    features = llvm.get_host_cpu_features()
    wide = ",-prefer-256-bit" if features.get("avx512f") else ""
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features.flatten() + wide, opt=3
    )
    module = llvm.parse_assembly(_source())
    module.verify()
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine, ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int64)(engine.get_function_address("chains"))
