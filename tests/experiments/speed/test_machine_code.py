"""The count of float instructions, on text written by hand."""

from onevoice.experiments.speed.machine_code import count, packed_share

ASSEMBLY = """
\t.section\t.text
advance:
\tvmulps\t%zmm3, %zmm1, %zmm2
\tvaddps\t.LCPI0_3(%rip){1to16}, %zmm2, %zmm2 {%k1} {z}
\tvsubps\t(%rdi,%rax), %ymm0, %ymm4
\tvfmadd231ps\t%ymm0, %ymm1, %ymm4
\tmulps\t%xmm3, %xmm1
\tvmulss\t%xmm3, %xmm1, %xmm2
\tdivss\t%xmm3, %xmm1
\tvmaxss\t4(%rax), %xmm1, %xmm2
\tvmovups\t%zmm3, (%rdi)
\tvcvtdq2ps\t%ymm1, %ymm2
\tvcmpltps\t%ymm1, %ymm2, %k1
\tvpaddd\t%zmm1, %zmm2, %zmm3
\tvaddpd\t%ymm1, %ymm2, %ymm3
\tvaddsd\t%xmm1, %xmm2, %xmm3
\taddq\t$8, %rsp
"""


def test_arithmetic_is_counted_by_width_and_nothing_else_is() -> None:
    assert count(ASSEMBLY) == {512: 2, 256: 2, 128: 1, 32: 3}


def test_the_share_leaves_out_half_wide_instructions() -> None:
    assert packed_share(count(ASSEMBLY)) == 4 / 7
    assert packed_share({32: 5}) == 0.0
    assert packed_share({256: 5}) == 1.0


def test_code_of_another_processor_has_no_share() -> None:
    assert packed_share(count("\tfmul\tv0.4s, v1.4s, v2.4s\n")) is None
