// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Documents;

/// <summary>Why a file or a page was not taken.</summary>
public enum RefusalCode
{
    /// <summary>The file can't be read from disk.</summary>
    Unreadable,
    /// <summary>Not a PDF, TIFF, PNG, JPEG or UTF-8 text.</summary>
    UnknownType,
    /// <summary>The bytes are not what the type demands.</summary>
    Malformed,
    /// <summary>A valid feature that is not supported.</summary>
    Unsupported,
    /// <summary>A PDF that opens only with a password.</summary>
    Encrypted,
    /// <summary>Over one of <see cref="RenderLimits"/>.</summary>
    OverLimit,
    /// <summary>The renderer failed, or could not draw all of the page.</summary>
    NotRendered,
    /// <summary>The sandbox is missing, or the renderer in it is.</summary>
    NoSandbox,
    /// <summary>A font that is needed is not installed.</summary>
    NoFont,
}

/// <summary>A file or page that is not taken: what is wrong, and where. Holds nothing of the content.</summary>
/// <param name="Code">The kind of refusal.</param>
/// <param name="Reason">Plain words, with what to do where something can be done.</param>
/// <param name="Page">The page in its file, from 1; null when it is the whole file.</param>
/// <param name="File">The file in the list that was given, from 0.</param>
public sealed record Refusal(RefusalCode Code, string Reason, int? Page = null, int File = 0)
{
    /// <summary>The reason with its page number, for a person.</summary>
    public override string ToString() => Page is { } page ? $"page {page}: {Reason}" : Reason;
}
