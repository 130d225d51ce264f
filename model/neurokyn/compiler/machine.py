"""LLVM assembly becomes machine code for this processor, and machine code becomes functions."""

from __future__ import annotations

from functools import cache

import llvmlite.binding as llvm

LEVEL = 1  # more costs seconds and gains nothing: the kernels are straight-line code already


@cache
def processor() -> str:
    """The processor's name and features: what machine code depends on."""
    return f"{llvm.get_default_triple()} {llvm.get_host_cpu_name()} {_features()}"


@cache
def native_width() -> int:
    """Lanes of doubles that suit this processor: eight with AVX-512, else four."""
    return 8 if "+avx512f" in _features().split(",") else 4


@cache
def estimates_reciprocals() -> bool:
    """Whether the processor has the AVX-512 estimate of 1/x."""
    return "+avx512f" in _features().split(",")


@cache
def is_x86() -> bool:
    """Whether this is an x86-64 processor."""
    return str(llvm.get_default_triple()).startswith("x86_64")


@cache
def _features() -> str:
    return ",".join([*llvm.get_host_cpu_features().flatten().split(","), "-prefer-256-bit"])


@cache
def _start() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()


def _target() -> llvm.TargetMachine:
    _start()
    features = _features() if native_width() == 8 else llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features, opt=2, jit=True, codemodel="jitdefault"
    )


def assemble(text: str) -> bytes:
    """Machine code of a module.

    Parameters
    ----------
    text : str
        LLVM assembly.

    Returns
    -------
    bytes
        An object file for this processor.
    """
    machine = _target()
    module = llvm.parse_assembly(text, llvm.create_context())
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=LEVEL)
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    code: bytes = machine.emit_object(module)
    return code


_engines: list[llvm.ExecutionEngine] = []  # functions live as long as their engine


def load(code: bytes, names: list[str]) -> dict[str, int]:
    """The addresses of functions of an object file.

    Parameters
    ----------
    code : bytes
        From `assemble`.
    names : list of str
        Functions to find.

    Returns
    -------
    dict of str to int
        Address by name, valid for the life of the process.

    Raises
    ------
    ValueError
        If the object file is damaged or lacks a function.
    """
    try:
        part = llvm.ObjectFileRef.from_data(code)
    except RuntimeError as problem:
        raise ValueError(f"not an object file: {problem}") from problem
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target())
    engine.add_object_file(part)
    engine.finalize_object()
    found = {name: engine.get_function_address(name) for name in names}
    if not all(found.values()):
        raise ValueError(f"the object file lacks {[name for name, address in found.items() if not address]}")
    _engines.append(engine)
    return found
