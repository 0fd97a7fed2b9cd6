// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Configuration;

/// <summary>One thing that is wrong with the configuration. Never holds the value itself: it could be a
/// secret.</summary>
/// <param name="Path">The setting, as in the file: `sip.listen[0]`.</param>
/// <param name="What">What is wrong and what to do.</param>
public sealed record SettingProblem(string Path, string What)
{
    /// <summary>As a line of a list.</summary>
    public override string ToString() => $"{Path}: {What}";
}

/// <summary>The configuration can't be used. Lists all problems at once.</summary>
public sealed class SettingsException(IReadOnlyList<SettingProblem> problems)
    : Exception(string.Join('\n', problems))
{
    /// <summary>Everything that is wrong, in the file's order.</summary>
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}
