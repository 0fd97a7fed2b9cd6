// SPDX-License-Identifier: Apache-2.0
using Hermetic.Cli.Replay;

namespace Hermetic.Cli.Tests;

public sealed class TranscriptLinesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a\nb\n")]
    [InlineData("a\r\nb\r\n")]
    [InlineData("\n\na")]
    [InlineData("a\n\n")]
    public void Lines_AreThoseOfTheFile(string text) => Assert.Equal(Expected(text), Read(text));

    /// <summary>Wherever a line's end lies in what is read at once.</summary>
    [Theory]
    [InlineData(4094)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(TranscriptLines.LineCharsMax)]
    public void Lines_AcrossTheBuffersEnd_AreWhole(int length)
    {
        string text = $"{new string('a', length)}\n{new string('b', length)}\nc";
        Assert.Equal(Expected(text), Read(text));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    public void Line_OverTheLimit_IsRefusedByItsNumber(string end)
    {
        string text = $"a\nb\n{new string('c', TranscriptLines.LineCharsMax + 1)}{end}";
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Read(text));
        Assert.StartsWith("line 3: ", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A file of one endless line costs no more than the limit.</summary>
    [Fact]
    public void Line_WithoutEnd_IsGivenUpAtTheLimit()
    {
        using Endless endless = new();
        Assert.Throws<InvalidDataException>(() => TranscriptLines.Read(endless).ToList());
        Assert.InRange(endless.Given, TranscriptLines.LineCharsMax, 2 * TranscriptLines.LineCharsMax);
    }

    private static List<string> Read(string text) => [.. TranscriptLines.Read(new StringReader(text))];

    private static List<string> Expected(string text)
    {
        List<string> lines = [];
        using StringReader reader = new(text);
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    private sealed class Endless : TextReader
    {
        public int Given { get; private set; }

        public override int Read(char[] buffer, int index, int count)
        {
            buffer.AsSpan(index, count).Fill('x');
            Given += count;
            return count;
        }
    }
}
