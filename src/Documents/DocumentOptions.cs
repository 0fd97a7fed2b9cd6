// SPDX-License-Identifier: Apache-2.0
using Hermetic.Documents.Rendering;
using Hermetic.Documents.Sandboxing;
using Hermetic.Protocol.T4;

namespace Hermetic.Documents;

/// <summary>How files become fax pages.</summary>
public sealed record DocumentOptions
{
    /// <summary>The resolution to render in. Null: fine, and a TIFF that holds fax pages keeps theirs.</summary>
    public FaxResolution? Resolution { get; init; }

    /// <summary>The recording width to render for.</summary>
    public PageWidth Width { get; init; } = PageWidth.A4;

    /// <summary>What a document may cost.</summary>
    public RenderLimits Limits { get; init; } = RenderLimits.Default;

    /// <summary>Where native renderers run.</summary>
    public Sandbox Sandbox { get; init; } = new(TimeProvider.System);

    /// <summary>Our own program inside the sandbox.</summary>
    public WorkerProgram Worker { get; init; } = WorkerProgram.Default;

    /// <summary>Told after each page: pages done.</summary>
    public Action<int>? Progress { get; init; }
}

/// <summary>Something about a page that a person should know before it goes out.</summary>
/// <param name="Page">The page of the fax, from 1.</param>
/// <param name="Text">What it is; nothing of the content.</param>
public sealed record DocumentNote(int Page, string Text);

/// <summary>A document, or why there is none.</summary>
/// <param name="Document">Null when refused.</param>
/// <param name="Refusal">Null when there is a document.</param>
public sealed record DocumentOutcome(FaxDocument? Document, Refusal? Refusal);
