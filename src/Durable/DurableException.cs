// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Durable;

/// <summary>Why an operation on durable files failed, as far as a caller acts on it.</summary>
public enum DurableFault
{
    /// <summary>The disk, or our quota of it, is full. Room can be made; what was written is noise.</summary>
    NoSpace,

    /// <summary>The device failed. What lies on it is unknown; see failure mode 3 of IDurableFiles.cs.</summary>
    InputOutput,

    /// <summary>There is no such file or folder.</summary>
    Missing,

    /// <summary>The name is taken, or a folder to delete is not empty.</summary>
    Exists,

    /// <summary>Somebody else holds the lock.</summary>
    Locked,

    /// <summary>We may not: permissions, or a file system mounted read-only.</summary>
    Denied,

    /// <summary>The file is longer than its reader allows.</summary>
    TooLong,

    /// <summary>Anything else; the message has the system's own error number.</summary>
    Other,
}

/// <summary>A durable operation failed. The message names the operation, the path and the system's error number;
/// paths of ours hold ids only, never PHI.</summary>
public sealed class DurableException : IOException
{
    public DurableException(DurableFault fault, string operation, string path, int errno = 0)
        : base($"{operation} '{path}': {Words(fault)}{(errno == 0 ? "" : $" (errno {errno})")}") => Fault = fault;

    /// <summary>What a caller can act on.</summary>
    public DurableFault Fault { get; }

    private static string Words(DurableFault fault) => fault switch
    {
        DurableFault.NoSpace => "no space left",
        DurableFault.InputOutput => "the device failed",
        DurableFault.Missing => "there is no such file or folder",
        DurableFault.Exists => "the name is taken or the folder is not empty",
        DurableFault.Locked => "somebody else holds the lock",
        DurableFault.Denied => "not permitted, or mounted read-only",
        DurableFault.TooLong => "the file is longer than it may be",
        _ => "the operation failed",
    };
}
