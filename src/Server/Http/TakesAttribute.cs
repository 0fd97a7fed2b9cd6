// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Server.Http;

/// <summary>What a parameter takes, for the OpenAPI document. Endpoints take text and read it themselves
/// (<see cref="QueryReader"/>), so that all that is wrong is said at once.</summary>
/// <param name="type">A type of JSON Schema.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class TakesAttribute(string type) : Attribute
{
    public string Type { get; } = type;

    /// <summary>The type's format, such as `uuid`.</summary>
    public string? Format { get; init; }

    /// <summary>The only values that it takes.</summary>
    public string[] Words { get; init; } = [];

    public int Least { get; init; } = int.MinValue;

    public int Most { get; init; } = int.MaxValue;

    public string? Example { get; init; }
}
