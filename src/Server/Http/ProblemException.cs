// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Http;

/// <summary>Ends a request with a problem.</summary>
/// <param name="problem">What it is.</param>
/// <param name="detail">What to do about it; holds no PHI and no value of the request.</param>
internal sealed class ProblemException(ProblemCode problem, string? detail = null)
    : Exception(detail ?? problem.Title)
{
    public ProblemCode Problem { get; } = problem;

    public string? Detail { get; } = detail;

    /// <summary>By field, what each takes.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>When to come again.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>What was used up.</summary>
    public ProblemQuota? Quota { get; init; }

    /// <summary>The page of the document that it is about.</summary>
    public int? Page { get; init; }

    /// <summary>Ends the request if any field is not what it must be.</summary>
    /// <param name="errors">By field, what each takes.</param>
    public static void ThrowIf(IReadOnlyDictionary<string, string[]> errors)
    {
        if (errors.Count > 0)
        {
            throw new ProblemException(ProblemCode.InvalidRequest) { Errors = errors };
        }
    }

    /// <summary>One field that is not what it must be.</summary>
    public static ProblemException Field(string name, string takes) => new(ProblemCode.InvalidRequest)
    {
        Errors = new Dictionary<string, string[]> { [name] = [takes] },
    };
}
