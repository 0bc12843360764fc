/* The rows of fast.def as KERNEL1, KERNEL2 and KERNEL3 of whoever includes this before it: NAME, the type that T is, the
 * types of result and operands, the value. Rows of two kernels come to two. fast.def undefines them. */
#define OF_64_T    num
#define OF_64_num  num
#define OF_64_code code
#define OF_64_byte byte
#define OF_32_T    code
#define OF_32_num  num
#define OF_32_code code
#define OF_32_byte byte

#define FAST1(NAME, D, A, value)       KERNEL1(NAME, num, D, A, value)
#define FAST2(NAME, D, A, B, value)    KERNEL2(NAME, num, D, A, B, value)
#define FAST3(NAME, D, A, B, C, value) KERNEL3(NAME, num, D, A, B, C, value)
#define NUM1(NAME, D, A, value)                                                                    \
    KERNEL1(NAME, num, OF_64_##D, OF_64_##A, value)                                                \
    KERNEL1(NAME##32, code, OF_32_##D, OF_32_##A, value)
#define NUM2(NAME, D, A, B, value)                                                                 \
    KERNEL2(NAME, num, OF_64_##D, OF_64_##A, OF_64_##B, value)                                     \
    KERNEL2(NAME##32, code, OF_32_##D, OF_32_##A, OF_32_##B, value)
#define NUM3(NAME, D, A, B, C, value)                                                              \
    KERNEL3(NAME, num, OF_64_##D, OF_64_##A, OF_64_##B, OF_64_##C, value)                          \
    KERNEL3(NAME##32, code, OF_32_##D, OF_32_##A, OF_32_##B, OF_32_##C, value)
#define BOTH1(NAME, D, A, value, E, F, value32)                                                    \
    KERNEL1(NAME, num, D, A, value)                                                                \
    KERNEL1(NAME##32, code, E, F, value32)
#define BOTH2(NAME, D, A, B, value, E, F, G, value32)                                              \
    KERNEL2(NAME, num, D, A, B, value)                                                             \
    KERNEL2(NAME##32, code, E, F, G, value32)
