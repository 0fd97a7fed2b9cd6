// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hermetic.Documents.Sandboxing;

/// <summary>
/// A classic BPF program for seccomp: what a renderer never does is refused with EPERM, so that the kernel's larger
/// doors are shut even to code that took the renderer over.
/// </summary>
/// <remarks>
/// Each instruction, in the machine's byte order: uint16 code, uint8 jump if true, uint8 jump if false, uint32 k.
/// The data it looks at: uint32 syscall number at 0, uint32 architecture at 4, the low half of argument 0 at 16.
/// </remarks>
internal static class SeccompFilter
{
    private const ushort Load = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfAnyBit = 0x45;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7FFF_0000;
    private const uint Kill = 0x8000_0000;
    private const uint Error = 0x0005_0000;
    private const uint NotPermitted = 1;
    private const uint NoSuchCall = 38;
    private const uint ThreadFlag = 0x0001_0000;
    private const uint FirstX32Call = 0x4000_0000;

    // Sockets, fork and vfork, tracing, other processes' memory, mounts, namespaces, keys, BPF, perf, io_uring, kernel
    // modules, handles, personality: by their numbers on x86-64 ...
    private static readonly uint[] DeniedX64 =
    [
        41, 42, 43, 49, 50, 53, 57, 58, 101, 135, 155, 161, 165, 166, 167, 169, 175, 176, 246, 248, 249, 250, 272, 288,
        298, 303, 304, 308, 310, 311, 313, 320, 321, 323, 425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442,
    ];

    // ... and on arm64, which has no fork and vfork of its own.
    private static readonly uint[] DeniedArm64 =
    [
        39, 40, 41, 51, 92, 97, 104, 105, 106, 117, 142, 198, 199, 200, 201, 202, 203, 217, 218, 219, 224, 241, 242,
        264, 265, 268, 270, 271, 273, 280, 282, 294, 425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442,
    ];

    /// <summary>The filter for this machine's architecture; null on one that we have no table for.</summary>
    public static byte[]? Build() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => Build(0xC000_003E, DeniedX64, clone: 56, clone3: 435, hasX32: true),
        Architecture.Arm64 => Build(0xC000_00B7, DeniedArm64, clone: 220, clone3: 435, hasX32: false),
        _ => null,
    };

    private static byte[] Build(uint architecture, uint[] denied, uint clone, uint clone3, bool hasX32)
    {
        List<(ushort Code, byte IfTrue, byte IfFalse, uint K)> program =
        [
            (Load, 0, 0, 4),
            (JumpIfEqual, 1, 0, architecture),
            (Return, 0, 0, Kill),
            (Load, 0, 0, 0),
        ];
        if (hasX32)
        {
            program.Add((JumpIfAtLeast, 0, 1, FirstX32Call));
            program.Add((Return, 0, 0, Kill));
        }

        // The C library falls back to clone when clone3 does not exist; and clone may only make threads.
        program.Add((JumpIfEqual, 0, 1, clone3));
        program.Add((Return, 0, 0, Error | NoSuchCall));
        program.Add((JumpIfEqual, 0, 4, clone));
        program.Add((Load, 0, 0, 16));
        program.Add((JumpIfAnyBit, 0, 1, ThreadFlag));
        program.Add((Return, 0, 0, Allow));
        program.Add((Return, 0, 0, Error | NotPermitted));
        foreach (uint number in denied)
        {
            program.Add((JumpIfEqual, 0, 1, number));
            program.Add((Return, 0, 0, Error | NotPermitted));
        }

        program.Add((Return, 0, 0, Allow));
        return Encode(program);
    }

    private static byte[] Encode(List<(ushort Code, byte IfTrue, byte IfFalse, uint K)> program)
    {
        byte[] octets = new byte[program.Count * 8];
        for (int i = 0; i < program.Count; i++)
        {
            Span<byte> at = octets.AsSpan(i * 8, 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, program[i].Code);
            at[2] = program[i].IfTrue;
            at[3] = program[i].IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], program[i].K);
        }

        return octets;
    }
}
