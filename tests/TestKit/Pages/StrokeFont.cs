// SPDX-License-Identifier: Apache-2.0
namespace Hermetic.TestKit.Pages;

/// <summary>A font of our own for synthetic pages: dots on a grid of 5 × 9 (7 above the baseline, 2 below), which
/// become strokes between neighbouring dots, so that letters drawn large have round ends and slanted edges as print
/// has.</summary>
internal static class StrokeFont
{
    public const int Columns = 5;
    public const int Lines = 9;

    private const int GlyphsPerBand = 13;

    private static readonly string[] Alphabets =
        ["ABCDEFGHIJKLM", "NOPQRSTUVWXYZ", "abcdefghijklm", "nopqrstuvwxyz", "0123456789.,:", "-/()#%+'?!&=;"];

    private static readonly string[][] Bands =
    [
        [
            " ###  ####   ###  ####  ##### #####  ###  #   #  ###    ### #   # #     #   # ",
            "#   # #   # #   # #   # #     #     #   # #   #   #      #  #  #  #     ## ## ",
            "#   # #   # #     #   # #     #     #     #   #   #      #  # #   #     # # # ",
            "##### ####  #     #   # ####  ####  # ### #####   #      #  ##    #     # # # ",
            "#   # #   # #     #   # #     #     #   # #   #   #      #  # #   #     #   # ",
            "#   # #   # #   # #   # #     #     #   # #   #   #   #  #  #  #  #     #   # ",
            "#   # ####   ###  ####  ##### #      ###  #   #  ###   ##   #   # ##### #   # ",
            "                                                                              ",
            "                                                                              ",
        ],
        [
            "#   #  ###  ####   ###  ####   #### ##### #   # #   # #   # #   # #   # ##### ",
            "##  # #   # #   # #   # #   # #       #   #   # #   # #   # #   # #   #     # ",
            "##  # #   # #   # #   # #   # #       #   #   # #   # #   #  # #   # #     #  ",
            "# # # #   # ####  #   # ####   ###    #   #   # #   # # # #   #     #     #   ",
            "#  ## #   # #     # # # # #       #   #   #   #  # #  # # #  # #    #    #    ",
            "#  ## #   # #     #  #  #  #      #   #   #   #  # #  ## ## #   #   #   #     ",
            "#   #  ###  #      ## # #   # ####    #    ###    #   #   # #   #   #   ##### ",
            "                                                                              ",
            "                                                                              ",
        ],
        [
            "      #               #         ##        #       #      #  #      ##         ",
            "      #               #        #  #       #                 #       #         ",
            " ###  # ##   ###   ## #  ###   #     ###  # ##   ##     ##  #  #    #   ## #  ",
            "    # ##  # #     #  ## #   # ####  #   # ##  #   #      #  # #     #   # # # ",
            " #### #   # #     #   # #####  #    #   # #   #   #      #  ##      #   # # # ",
            "#   # #   # #   # #   # #      #     #### #   #   #      #  # #     #   # # # ",
            " #### ####   ###   ####  ###   #        # #   #  ###     #  #  #   ###  # # # ",
            "                                    #   #             #  #                    ",
            "                                     ###               ##                     ",
        ],
        [
            "                                      #                                       ",
            "                                      #                                       ",
            "# ##   ###  # ##   ## # # ##   ####  ###  #   # #   # #   # #   # #   # ##### ",
            "##  # #   # ##  # #  ## ##  # #       #   #   # #   # #   #  # #  #   #    #  ",
            "#   # #   # #   # #   # #      ###    #   #   # #   # # # #   #   #   #   #   ",
            "#   # #   # ##  # #  ## #         #   #   #  ##  # #  # # #  # #   ####  #    ",
            "#   #  ###  # ##   ## # #     ####     ##  ## #   #    # #  #   #     # ##### ",
            "            #         #                                           #   #       ",
            "            #         #                                            ###        ",
        ],
        [
            " ###    #    ###  #####    #  #####   ##  #####  ###   ###                    ",
            "#   #  ##   #   #    #    ##  #      #        # #   # #   #                   ",
            "#  ##   #       #   #    # #  ####  #        #  #   # #   #               #   ",
            "# # #   #      #     #  #  #      # ####    #    ###   ####                   ",
            "##  #   #     #       # #####     # #   #   #   #   #     #                   ",
            "#   #   #    #    #   #    #  #   # #   #   #   #   #    #          #         ",
            " ###   ###  #####  ###     #   ###   ###    #    ###   ##     #     #     #   ",
            "                                                                   #          ",
            "                                                                              ",
        ],
        [
            "          #    #   #     # #  ##            #    ###    #    ##               ",
            "          #   #     #    # #  ##  #   #     #   #   #   #   #  #              ",
            "         #   #       #  #####    #    #             #   #   # #   #####   #   ",
            "#####    #   #       #   # #    #   #####         ##    #    #                ",
            "        #    #       #  #####  #      #           #     #   # # # #####       ",
            "        #     #     #    # #  #  ##   #                     #  #          #   ",
            "       #       #   #     # #     ##               #     #    ## #         #   ",
            "                                                                         #    ",
            "                                                                              ",
        ],
    ];

    /// <summary>The strokes of a character as (x1, y1, x2, y2) in grid units; none for what the font does not
    /// have.</summary>
    public static IReadOnlyList<(int X1, int Y1, int X2, int Y2)> StrokesOf(char character)
    {
        List<(int, int, int, int)> strokes = [];
        for (int y = 0; y < Lines; y++)
        {
            for (int x = 0; x < Columns; x++)
            {
                if (Dot(character, x, y))
                {
                    AddFrom(strokes, character, x, y);
                }
            }
        }

        return strokes;
    }

    private static void AddFrom(List<(int, int, int, int)> strokes, char character, int x, int y)
    {
        bool right = Dot(character, x + 1, y);
        bool below = Dot(character, x, y + 1);
        bool left = Dot(character, x - 1, y);
        strokes.Add((x, y, x, y));
        if (right)
        {
            strokes.Add((x, y, x + 1, y));
        }

        if (below)
        {
            strokes.Add((x, y, x, y + 1));
        }

        // A diagonal joins two dots only where no straight way does.
        if (!right && !below && Dot(character, x + 1, y + 1))
        {
            strokes.Add((x, y, x + 1, y + 1));
        }

        if (!left && !below && Dot(character, x - 1, y + 1))
        {
            strokes.Add((x, y, x - 1, y + 1));
        }
    }

    private static bool Dot(char character, int x, int y)
    {
        if (x is < 0 or >= Columns || y is < 0 or >= Lines)
        {
            return false;
        }

        for (int band = 0; band < Alphabets.Length; band++)
        {
            int at = Alphabets[band].IndexOf(character, StringComparison.Ordinal);
            if (at is >= 0 and < GlyphsPerBand)
            {
                return Bands[band][y][(at * (Columns + 1)) + x] == '#';
            }
        }

        return false;
    }
}
