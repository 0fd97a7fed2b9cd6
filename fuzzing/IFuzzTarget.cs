// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.Fuzzing;

/// <summary>One parser under fuzz, with its oracle. Found by reflection; its seeds lie in corpus/NAME.</summary>
internal interface IFuzzTarget
{
    /// <summary>Name on the command line and of the corpus folder: lower case, no spaces.</summary>
    string Name { get; }

    /// <summary>Feeds one input, of at most 64 KiB. Throws when the oracle is broken; must not throw for bad
    /// input.</summary>
    void Run(ReadOnlySpan<byte> input);
}
